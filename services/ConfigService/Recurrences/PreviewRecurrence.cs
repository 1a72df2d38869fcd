using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Recurrences;

/// <summary><c>POST /recurrence/preview</c>: the next occurrences of a series that is not saved.</summary>
internal static class PreviewRecurrence
{
    private const int MaxLimit = 500;
    private const int DefaultLimit = 10;

    /// <summary>The longest shift, in seconds. A whole day was left out in Samoa in 2011.</summary>
    internal const int MaxShift = 2 * 24 * 3600;

    internal static void Map(RouteGroupBuilder api) => api.MapPost("/recurrence/preview", HandleAsync)
        .WithName("PreviewRecurrence").Takes<RecurrencePreviewInput>().Answers<RecurrencePreview>()
        .Refuses([.. RecurrenceInput.Refusals, ProblemCodes.ScheduledTooFarAhead]);

    /// <summary>Look at what a series comes to</summary>
    /// <remarks>
    /// The first occurrences of a rule, from its start or from now on, whichever is later. Stores nothing. Takes any key.
    /// </remarks>
    /// <response code="200">The occurrences.</response>
    internal static async Task<RecurrencePreview> HandleAsync(HttpContext context, UnitOfWork unit, CurrentTimeZones zones)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var fields = new ObjectReader(await RequestBody.ReadAsync(context), errors, "recurrence", "limit");
        var recurrence = RecurrenceInput.Read(fields, zones.Zones);
        var limit = fields.Count("limit") ?? DefaultLimit;
        if (!fields.Has("recurrence") && fields.IsObject)
            errors.Add("/recurrence", "is required");
        if (limit > MaxLimit)
            errors.Add("/limit", $"must be a number from 1 to {MaxLimit}");
        errors.Throw();
        var now = await unit.ConnectAsync(
            async connection =>
            {
                await zones.CheckAsync(connection, context.RequestAborted);
                return await UnitOfWork.NowAsync(connection, context.RequestAborted);
            },
            context.RequestAborted);
        var next = Next(recurrence!.Valid!, zones.Zones, now).Take(limit).ToList();
        var moved = recurrence.Valid!.Move;
        if (next.Where((occurrence, place) => place == 0 || moved.ContainsKey(occurrence.Name)).Any(each => FarAhead.Is(each.Instant, now)))
            errors.Add("/recurrence", "has an occurrence more than a hundred years ahead", ProblemCodes.ScheduledTooFarAhead);
        errors.Throw();
        return new([.. next.Select(PreviewedOccurrence.From)]);
    }

    /// <summary>What is due from now on, in the order of nominal times.</summary>
    internal static IEnumerable<Occurrence> Next(Recurrence recurrence, TimeZones zones, DateTimeOffset now)
    {
        var times = new Occurrences(recurrence, zones, sendWithin: null);
        // A day earlier: what was moved to a later time may be due still.
        return times.From(times.LocalOf(now).PlusDays(-1)).Where(occurrence => occurrence.Instant >= now);
    }
}

/// <summary>A series to look at.</summary>
/// <param name="Recurrence">When it occurs.</param>
/// <param name="Limit">How many occurrences, 500 at the most; ten where left out.</param>
[Example("""
    {"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=MO","start_local":"2026-12-07T09:00:00","time_zone":"Europe/Berlin"},"limit":2}
    """)]
internal sealed record RecurrencePreviewInput([property: Required] RecurrenceInput Recurrence, [property: Range(1, 500)] int? Limit = null);

/// <summary>What a series comes to.</summary>
/// <param name="Occurrences">Its next occurrences.</param>
[Example("""
    {"occurrences":[{"occurrence":"2026-12-07T09:00:00","scheduled_datetime":"2026-12-07T08:00:00.000Z","shifted_by":0},
     {"occurrence":"2026-12-14T09:00:00","scheduled_datetime":"2026-12-14T08:00:00.000Z","shifted_by":0}]}
    """)]
internal sealed record RecurrencePreview(IReadOnlyList<PreviewedOccurrence> Occurrences);

/// <summary>An occurrence of a series.</summary>
/// <param name="Occurrence">Its nominal local time, as the rule yields it.</param>
/// <param name="ScheduledDatetime">When it is due.</param>
/// <param name="ShiftedBy">By how many seconds a clock change shifts it; negative for earlier.</param>
internal sealed record PreviewedOccurrence(
    string Occurrence, DateTimeOffset ScheduledDatetime,
    [property: Range(-PreviewRecurrence.MaxShift, PreviewRecurrence.MaxShift)] long ShiftedBy)
{
    internal static PreviewedOccurrence From(Occurrence occurrence) =>
        new(occurrence.Name, occurrence.Instant, (long)occurrence.Shifted.TotalSeconds);
}
