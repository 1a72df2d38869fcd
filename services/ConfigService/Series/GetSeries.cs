using System.Text.Json.Serialization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Series;

/// <summary><c>GET /client/{client_id}/email-config/series/{key}</c>: where a series stands, and what comes next.</summary>
internal static class GetSeries
{
    private const int MaxUpcoming = 10;

    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/email-config/series/{key}", HandleAsync)
        .WithName("GetSeries").Answers<SeriesView>()
        .Refuses(ProblemCodes.ConfigNotFound, ProblemCodes.SeriesNotFound);

    /// <summary>Read a series</summary>
    /// <remarks>
    /// Its next occurrence, those that are scheduled, and the ten after them, with what is skipped and moved taken into account.
    /// </remarks>
    /// <response code="200">The series.</response>
    internal static Task<SeriesView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string key, HttpContext context, UnitOfWork unit, TimeZones zones)
    {
        _ = new Query(context).Checked();
        return RunAsync(clientId, KeyOf(key), unit, zones, context.RequestAborted);
    }

    /// <summary>The key that a path names: a slash in it stays escaped.</summary>
    internal static string KeyOf(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    internal static Task<SeriesView> RunAsync(
        string clientId, string key, UnitOfWork unit, TimeZones zones, CancellationToken cancellationToken) => unit.ReadAsync(
        async work =>
        {
            var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            if (config is null or { Deleted: true })
                throw new ProblemException(ProblemCodes.ConfigNotFound);
            var stored = await SeriesTable.ReadAsync(work.Connection, clientId, [key], cancellationToken);
            if (!stored.TryGetValue(key, out var found))
                throw new ProblemException(ProblemCodes.SeriesNotFound);
            var existing = await SeriesOccurrences.ExistingAsync(
                work.Connection, clientId, [(key, SeriesSave.Earliest(found.Series.Recurrence, work.Now))], @lock: false,
                cancellationToken);
            return View(key, found.Series, existing, work.Now, zones);
        },
        cancellationToken);

    /// <summary>The answer. Pure.</summary>
    internal static SeriesView View(
        string key, StoredSeries series, IReadOnlyCollection<ScheduledEmail> existing, DateTimeOffset now, TimeZones zones)
    {
        var scheduled = existing.Where(email => email.Status == EmailStatus.Pending).OrderBy(email => email.ScheduledDatetime)
            .Select(email => new SeriesOccurrence(
                email.Occurrence!, email.ScheduledDatetime, email.Local?.ScheduledLocal, email.Id, email.Status)).ToList();
        var taken = existing.Select(email => email.Occurrence!).ToHashSet(StringComparer.Ordinal);
        var times = series.Times(zones);
        // By their times, where a rule before has named them.
        var elsewhere = times.Elsewhere([.. existing.Select(email => (email.Occurrence!, email.ScheduledDatetime))]);
        var upcoming = times.From(times.LocalOf(now))
            .Where(occurrence => !taken.Contains(occurrence.Name) && !elsewhere.Contains(occurrence.Instant) && occurrence.Instant > now)
            .Take(MaxUpcoming)
            .Select(occurrence => new SeriesOccurrence(
                occurrence.Name, occurrence.Instant, occurrence.Local.ScheduledLocal, Id: null, Status: null)).ToList();
        return new(
            key, scheduled.Count + upcoming.Count == 0 ? SeriesState.Finished : SeriesState.Active,
            scheduled.FirstOrDefault() ?? upcoming.FirstOrDefault(),
            scheduled, upcoming) { Recurrence = series.Recurrence };
    }
}

/// <summary>Where a series stands.</summary>
/// <param name="Key">The key of its item.</param>
/// <param name="State">Whether there are further occurrences.</param>
/// <param name="Next">The next occurrence; null where it is finished.</param>
/// <param name="Scheduled">The occurrences that wait: those of the next 31 days, the next one at least.</param>
/// <param name="Upcoming">The ten after them.</param>
[Example("""
    {"key":"monday","state":"active",
     "next":{"occurrence":"2026-12-07T09:00:00","scheduled_datetime":"2026-12-07T08:00:00.000Z","scheduled_local":"2026-12-07T09:00:00",
      "id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"pending"},
     "scheduled":[{"occurrence":"2026-12-07T09:00:00","scheduled_datetime":"2026-12-07T08:00:00.000Z",
      "scheduled_local":"2026-12-07T09:00:00","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"pending"}],
     "upcoming":[{"occurrence":"2027-01-11T09:00:00","scheduled_datetime":"2027-01-11T08:00:00.000Z",
      "scheduled_local":"2027-01-11T09:00:00"}]}
    """)]
public sealed record SeriesView(
    string Key, [property: SeriesState] string State, SeriesOccurrence? Next, IReadOnlyList<SeriesOccurrence> Scheduled,
    IReadOnlyList<SeriesOccurrence> Upcoming)
{
    /// <summary>When it occurs.</summary>
    internal Recurrence? Recurrence { get; init; }
}

/// <summary>An occurrence of a series.</summary>
/// <param name="Occurrence">Its nominal local time, as the rule yields it. It never changes.</param>
/// <param name="ScheduledDatetime">When it is due.</param>
/// <param name="ScheduledLocal">The local time that it takes place at: another one where it was moved.</param>
/// <param name="Id">Its e-mail; there where it is scheduled.</param>
/// <param name="Status">Where that stands; there where it is scheduled.</param>
public sealed record SeriesOccurrence(
    string Occurrence, DateTimeOffset ScheduledDatetime, string? ScheduledLocal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), EmailStatus] string? Status);

/// <summary>Whether a series goes on.</summary>
internal static class SeriesState
{
    internal const string Active = "active";
    internal const string Finished = "finished";
}

/// <summary>A field that says whether a series goes on.</summary>
internal sealed class SeriesStateAttribute() : WordsAttribute(
    "Whether a series has further occurrences.", SeriesState.Active, SeriesState.Finished);
