using Mail.ConfigService.Emails;
using Mail.Store;
using NodaTime;
using Npgsql;

namespace Mail.ConfigService.Series;

/// <summary>A series that a save names.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Content">What an occurrence says; rendered where it has a template. Asked for where something changes.</param>
/// <param name="Input">The item as it was read.</param>
/// <param name="Recurrence">When it occurs.</param>
/// <param name="IsSame">Whether what an occurrence says is what it said before.</param>
internal sealed record WantedSeries(string Key, Func<EmailInput> Content, ConfigItemInput Input, Recurrence Recurrence, bool IsSame);

/// <summary>What a save does with the series of a config: loads, decides, and carries it out in the save's transaction.</summary>
internal sealed class SeriesSave(NpgsqlConnection connection, string clientId, TimeZones zones, DateTimeOffset now, string by)
{
    // A save makes no more occurrences than this, and the next one of each series at least; the rest follows in seconds.
    private const int MaxNew = 10_000;

    private readonly List<(StoredSeries Series, SeriesChange Change, EmailBody? Body)> _changed = [];
    private List<string> _gone = [];
    private List<ScheduledEmail> _leftBehind = [];

    /// <summary>What was decided, by key; an unchanged series is not in it.</summary>
    internal Dictionary<string, SeriesChange> Changes { get; } = new(StringComparer.Ordinal);

    /// <summary>The occurrences that are being sent, and are gone with their series or changed.</summary>
    internal IEnumerable<ScheduledEmail> TooLate =>
        _leftBehind.Where(email => email.Status == EmailStatus.Sending).Concat(_changed.SelectMany(each => each.Change.TooLate));

    /// <summary>The pending occurrences of series that are gone.</summary>
    internal IEnumerable<ScheduledEmail> Gone => _leftBehind.Where(email => email.Status == EmailStatus.Pending);

    /// <summary>Whether there is anything to write.</summary>
    internal bool Any => _changed.Count + _gone.Count > 0;

    /// <summary>The new e-mails, once they were made.</summary>
    internal List<Guid> Created { get; } = [];

    /// <summary>The e-mails that were cancelled.</summary>
    internal List<Guid> Cancelled { get; } = [];

    /// <summary>
    /// From which nominal time on occurrences of a series may still wait, or matter to one that does: what was moved may have an older one.
    /// </summary>
    internal static string Earliest(Recurrence? recurrence, DateTimeOffset now)
    {
        var earliest = Earliest(now);
        return recurrence is null
            ? earliest
            : recurrence.Move.Where(move => string.CompareOrdinal(move.Value, earliest) >= 0).Select(move => move.Key).Append(earliest)
                .Min(StringComparer.Ordinal)!;
    }

    /// <summary>From which nominal time on occurrences that were not moved may still wait.</summary>
    internal static string Earliest(DateTimeOffset now) =>
        LocalTimeText.Format(LocalDateTime.FromDateTime(now.UtcDateTime.AddDays(-TopUp.MaxSendWithinDays - 3)));

    /// <summary>Loads what matters, and decides.</summary>
    /// <param name="current">The series of the config as it stands, by key.</param>
    /// <param name="wanted">Those of the new one that are new or changed.</param>
    /// <param name="gone">The keys of those that the new one does not name.</param>
    /// <param name="lock">Whether this is to be carried out.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal async Task DecideAsync(
        IReadOnlyDictionary<string, ConfigItem> current, IReadOnlyList<WantedSeries> wanted, List<string> gone, bool @lock,
        CancellationToken cancellationToken)
    {
        _gone = gone;
        if (wanted.Count + gone.Count == 0)
            return;
        List<string> keys = [.. wanted.Select(series => series.Key), .. gone];
        var stored = await SeriesTable.ReadAsync(connection, clientId, keys, cancellationToken);
        var read = keys.ConvertAll(key => (key, Earliest(current.GetValueOrDefault(key)?.Recurrence, now)));
        var existing = (await SeriesOccurrences.ExistingAsync(connection, clientId, read, @lock, cancellationToken))
            .ToLookup(email => email.Key!, StringComparer.Ordinal);
        _leftBehind = [.. gone.SelectMany(key => existing[key])];
        var allowance = Math.Max(1, MaxNew / Math.Max(1, wanted.Count));
        foreach (var each in wanted)
        {
            var before = stored.TryGetValue(each.Key, out var found) && current.ContainsKey(each.Key)
                ? new SeriesChange.Before(found.Series, found.MadeUntil, each.IsSame)
                : null;
            var (after, body) = before is { IsSame: true } ? (before.Series with { Recurrence = each.Recurrence }, null) : Made(each);
            var change = SeriesChange.Decide(before, after, [.. existing[each.Key]], now, zones, allowance);
            _changed.Add((after, change, body));
            Changes[each.Key] = change;
        }
    }

    /// <summary>Carries it out.</summary>
    internal async Task SaveAsync(Outbox outbox, long revision, CancellationToken cancellationToken)
    {
        var (cancels, moves, rezoned) = (new List<EmailTransition>(), new List<EmailTransition>(), new List<EmailTransition>());
        var (created, bodies) = (new List<ScheduledEmail>(), new List<EmailBody>());
        foreach (var (series, change, body) in _changed)
        {
            if (body is not null)
                bodies.Add(body);
            var said = series with { Email = series.Email with { Revision = revision } };
            foreach (var (old, to) in change.Superseded)
            {
                var email = said.Make(to, zones.Version, now, by);
                created.Add(email);
                cancels.Add(EmailTransition.Cancel(
                    old.Id, CancelReason.Superseded, email.Id, $"superseded by config revision {revision}", by));
            }

            created.AddRange(change.TopUp.New.Select(occurrence => said.Make(occurrence, zones.Version, now, by)));
            cancels.AddRange(change.Removed.Select(email =>
                EmailTransition.Cancel(email.Id, CancelReason.Removed, null, $"removed by config revision {revision}", by)));
            moves.AddRange(change.Moved.Select(each => Move(each.Email, each.To, revision)));
            rezoned.AddRange(change.Rezoned.Select(each => Rezone(each.Email, each.To.Local, revision)));
        }

        cancels.AddRange(Gone.Select(email =>
            EmailTransition.Cancel(email.Id, CancelReason.Removed, null, $"removed by config revision {revision}", by)));
        // First: what is cancelled leaves its place to what is new.
        await EmailChanges.CancelManyAsync(connection, cancels, cancellationToken);
        await EmailChanges.CancelOnRetryAsync(
            connection,
            [
                .. _leftBehind.Where(email => EmailStatus.AwaitingOutcome.Contains(email.Status, StringComparer.Ordinal))
                    .Concat(_changed.SelectMany(each => each.Change.Running)).Select(email => EmailTransition.CancelOnRetry(
                        email.Id, CancelReason.Removed, null, $"removed by config revision {revision}", by)),
            ],
            cancellationToken);
        await outbox.WakeAgainAsync(
            connection, await EmailChanges.RescheduleAsync(connection, moves, cancellationToken), cancellationToken);
        await EmailChanges.RezoneAsync(connection, rezoned, cancellationToken);
        await EmailInserts.InsertAsync(connection, created, bodies, cancellationToken);
        await SeriesTable.PutAsync(connection, clientId, [.. _changed.Select(each => (each.Series, each.Change.TopUp))], cancellationToken);
        await SeriesTable.DeleteAsync(connection, clientId, _gone, cancellationToken);
        await outbox.TopUpAsync(connection, _changed.Select(each => each.Change.TopUp.Again).OfType<DateTimeOffset>(), cancellationToken);
        Created.AddRange(created.Select(email => email.Id));
        Cancelled.AddRange(cancels.Select(move => move.Id));
    }

    private EmailTransition Move(ScheduledEmail email, Occurrence to, long revision) => EmailTransition.Reschedule(
        email.Id, to.Instant, to.SendBefore, Guid.CreateVersion7(), "moved",
        $"from {MailJson.Format(email.ScheduledDatetime)} to {MailJson.Format(to.Instant)} by config revision {revision}", by)
        .By(to.Local, zones.Version);

    private EmailTransition Rezone(ScheduledEmail email, WallClock local, long revision) => EmailTransition.Rezone(
        email.Id, local, zones.Version,
        $"{local.ScheduledLocal} {local.TimeZone} in place of {email.Local!.ScheduledLocal} {email.Local.TimeZone}, "
        + $"by config revision {revision}",
        by);

    private (StoredSeries Series, EmailBody Body) Made(WantedSeries series)
    {
        var (email, body) = NewEmail.Create(
            clientId, series.Key, series.Content(), new(EmailSource.Config, by, "series"), now);
        return (new(email with { Id = Guid.Empty, Timeline = [] }, series.Recurrence, series.Input.SendWithinSeconds), body);
    }
}
