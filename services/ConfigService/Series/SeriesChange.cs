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
        var decision = new Decision(existing);
        if (before is not null && Recurrence.HaveSameRule(before.Series.Recurrence, after.Recurrence, zones))
            decision.OfSameRule(before, after, times, zones, now);
        else
            decision.OfAnotherRule(before, times, now);
        // Nothing before now: what a rule yielded earlier is not made good by an edit.
        var until = decision.GoesOn ? before!.MadeUntil : times.LocalOf(now);
        var topUp = TopUp.Decide(
            times, until, after.Recurrence.Move.Keys, decision.SoFar(now), now, Math.Max(1, allowance - decision.New.Count),
            decision.GoesOn ? null : now);
        return new(
            decision.Kept, decision.Moved, decision.Superseded, decision.Removed, topUp with { New = [.. decision.New, .. topUp.New] });
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

    private sealed class Decision(IReadOnlyCollection<ScheduledEmail> existing)
    {
        private readonly HashSet<string> _taken = [];

        internal List<ScheduledEmail> Kept { get; } = [];

        internal List<(ScheduledEmail Email, Occurrence To)> Moved { get; } = [];

        internal List<(ScheduledEmail Email, Occurrence To)> Superseded { get; } = [];

        internal List<ScheduledEmail> Removed { get; } = [];

        internal List<Occurrence> New { get; } = [];

        internal bool GoesOn { get; private set; }

        private IEnumerable<ScheduledEmail> Pending => existing.Where(email => email.Status == EmailStatus.Pending);

        internal void OfSameRule(Before before, StoredSeries after, Occurrences times, TimeZones zones, DateTimeOffset now)
        {
            GoesOn = true;
            var was = before.Series.Times(zones);
            _taken.UnionWith(existing.Select(email => email.Occurrence!));
            foreach (var email in Pending)
            {
                if (times.Named(email.Occurrence!) is not { } to)
                {
                    Removed.Add(email);
                    // It may come back.
                    _taken.Remove(email.Occurrence!);
                }
                else if (!before.IsSame)
                    Superseded.Add((email, to));
                else if (was.Named(email.Occurrence!)?.Instant is { } at && at != to.Instant)
                    Moved.Add((email, to));
                else
                    Kept.Add(email);
            }

            // What is no longer skipped. What lies beyond has not been made yet, and comes by itself.
            foreach (var name in before.Series.Recurrence.Skip.Except(after.Recurrence.Skip, StringComparer.Ordinal))
            {
                if (times.Named(name) is { } back && back.Nominal <= before.MadeUntil && back.Instant > now && _taken.Add(name))
                    New.Add(back);
            }
        }

        internal void OfAnotherRule(Before? before, Occurrences times, DateTimeOffset now)
        {
            var pending = Pending.ToList();
            var byInstant = new Dictionary<DateTimeOffset, Occurrence>();
            if (before is not null && existing.Count > 0)
            {
                var (first, last) = (existing.Min(email => email.ScheduledDatetime), existing.Max(email => email.ScheduledDatetime));
                // Two days: further than any clock change and any nominal time is from its instant.
                var from = times.LocalOf(first < now ? first : now).PlusDays(-2);
                foreach (var occurrence in times.From(from).TakeWhile(each => each.Base <= last + TimeSpan.FromDays(2)))
                    byInstant.TryAdd(occurrence.Instant, occurrence);
            }

            // One that was sent already, or cancelled by hand, is not made again, at the same time or under the same name.
            foreach (var email in existing.Where(email => email.Status != EmailStatus.Pending))
            {
                _taken.Add(email.Occurrence!);
                if (byInstant.TryGetValue(email.ScheduledDatetime, out var same))
                    _taken.Add(same.Name);
            }

            foreach (var email in pending)
            {
                if (!byInstant.Remove(email.ScheduledDatetime, out var same))
                {
                    Removed.Add(email);
                    continue;
                }

                _taken.Add(same.Name);
                if (before!.IsSame)
                {
                    Kept.Add(email);
                    _taken.Add(email.Occurrence!);
                }
                else
                    Superseded.Add((email, same));
            }
        }

        internal ScheduledSoFar SoFar(DateTimeOffset now)
        {
            DateTimeOffset[] due =
            [
                .. Kept.Select(email => email.ScheduledDatetime), .. Moved.Concat(Superseded).Select(each => each.To.Instant),
                .. New.Select(occurrence => occurrence.Instant),
            ];
            var ahead = due.Where(at => at > now).ToList();
            return new(ahead.Count, ahead.Count == 0 ? null : ahead.Max(), _taken);
        }
    }
}
