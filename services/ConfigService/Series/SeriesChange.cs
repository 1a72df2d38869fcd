using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Series;

/// <summary>
/// What a save changes about one series: its occurrences held against what the series says now. Pure; the table in the API's documentation,
/// row by row.
/// </summary>
/// <param name="Kept">Pending occurrences that stay as they are.</param>
/// <param name="Moved">Pending occurrences that keep their id, at another time.</param>
/// <param name="Superseded">Pending occurrences, each with the one in its place.</param>
/// <param name="Removed">Pending occurrences that are taken back.</param>
/// <param name="TopUp">What is new, and when to go on.</param>
internal sealed record SeriesChange(
    IReadOnlyList<ScheduledEmail> Kept, IReadOnlyList<(ScheduledEmail Email, Occurrence To)> Moved,
    IReadOnlyList<(ScheduledEmail Email, Occurrence To)> Superseded, IReadOnlyList<ScheduledEmail> Removed, TopUp TopUp)
{
    /// <summary>Those of the kept ones that keep to other clocks, each with the occurrence that it is now.</summary>
    internal IReadOnlyList<(ScheduledEmail Email, Occurrence To)> Rezoned { get; init; } = [];

    /// <summary>Those whose place is gone, and whose attempt is under way or in doubt: they are not tried again.</summary>
    internal IReadOnlyList<ScheduledEmail> Running { get; init; } = [];

    /// <summary>Those that are being sent, and whose place is gone, or whose time or content is another one now.</summary>
    internal IReadOnlyList<ScheduledEmail> TooLate { get; init; } = [];

    /// <summary>A series before the save.</summary>
    /// <param name="Series">What it said.</param>
    /// <param name="MadeUntil">Up to where its occurrences were made.</param>
    /// <param name="IsSame">Whether what an occurrence says is the same now.</param>
    internal sealed record Before(StoredSeries Series, LocalDateTime? MadeUntil, bool IsSame);

    /// <summary>Decides.</summary>
    /// <param name="before">The series as it was; null where it is new.</param>
    /// <param name="after">The series as it is to be.</param>
    /// <param name="existing">Its e-mails that have the place of an occurrence: those that may matter.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="allowance">How many occurrences may be new at once.</param>
    internal static SeriesChange Decide(
        Before? before, StoredSeries after, IReadOnlyCollection<ScheduledEmail> existing, DateTimeOffset now, TimeZones zones,
        int allowance)
    {
        var times = after.Times(zones);
        var names = existing.Select(email => email.Occurrence!).ToList();
        var instants = existing.Select(email => email.ScheduledDatetime).ToList();
        var decision = new SeriesDecision(
            existing,
            new(times, [.. names, .. before?.Series.Recurrence.Skip ?? [], .. before?.Series.Recurrence.Move.Keys ?? []], instants),
            zones);
        var goesOn = before is not null && Recurrence.HaveSameRule(before.Series.Recurrence, after.Recurrence, zones);
        if (goesOn)
            decision.OfSameRule(before!, after, new(before!.Series.Times(zones), names, instants), now);
        else
            decision.OfAnotherRule(before);
        // Nothing before now: what a rule yielded earlier is not made good by an edit.
        var until = goesOn ? before!.MadeUntil : times.LocalOf(now);
        var topUp = TopUp.Decide(
            times, until, after.Recurrence.Move.Keys, decision.SoFar(now), now, Math.Max(1, allowance - decision.New.Count),
            goesOn ? null : now);
        return new(
            decision.Kept, decision.Moved, decision.Superseded, decision.Removed, topUp with { New = [.. decision.New, .. topUp.New] })
        {
            Rezoned = decision.Rezoned, Running = decision.Running, TooLate = decision.TooLate,
        };
    }

    /// <summary>The next pending occurrence once this is carried out, and how many are pending.</summary>
    internal (DateTimeOffset? Due, int Waiting) Next()
    {
        DateTimeOffset[] dues =
        [
            .. Kept.Select(email => email.ScheduledDatetime), .. Moved.Select(each => each.To.Instant),
            .. Superseded.Select(each => each.To.Instant), .. TopUp.New.Select(occurrence => occurrence.Instant),
        ];
        return (dues.Length == 0 ? null : dues.Min(), dues.Length);
    }
}
