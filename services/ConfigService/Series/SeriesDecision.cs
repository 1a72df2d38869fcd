using Mail.Store;

namespace Mail.ConfigService.Series;

/// <summary>
/// Goes through the occurrences that exist of a series, and finds the place of each in the series as it is to be: the occurrence that it is
/// named after, or, where a rule before has named it, the one at its time. Pure.
/// </summary>
/// <param name="existing">Its e-mails that have the place of an occurrence.</param>
/// <param name="index">The series as it is to be, around them.</param>
/// <param name="zones">The time zones.</param>
internal sealed class SeriesDecision(IReadOnlyCollection<ScheduledEmail> existing, OccurrenceIndex index, TimeZones zones)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    internal List<ScheduledEmail> Kept { get; } = [];

    internal List<(ScheduledEmail Email, Occurrence To)> Rezoned { get; } = [];

    internal List<(ScheduledEmail Email, Occurrence To)> Moved { get; } = [];

    internal List<(ScheduledEmail Email, Occurrence To)> Superseded { get; } = [];

    internal List<ScheduledEmail> Removed { get; } = [];

    internal List<ScheduledEmail> Running { get; } = [];

    internal List<ScheduledEmail> TooLate { get; } = [];

    internal List<Occurrence> New { get; } = [];

    private IEnumerable<ScheduledEmail> Others => existing.Where(email => email.Status != EmailStatus.Pending);

    /// <summary>The rule stays; what is skipped, moved and said may not.</summary>
    /// <param name="before">The series as it was.</param>
    /// <param name="after">The series as it is to be.</param>
    /// <param name="was">The series as it was, around what exists.</param>
    /// <param name="now">By the database's clock.</param>
    internal void OfSameRule(SeriesChange.Before before, StoredSeries after, OccurrenceIndex was, DateTimeOffset now)
    {
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var email in existing.Where(MayGoOut).OrderBy(email => was.Knows(email.Occurrence!) ? 0 : 1))
        {
            var name = was.Knows(email.Occurrence!)
                ? email.Occurrence!
                : was.At(email.ScheduledDatetime).FirstOrDefault(each => !claimed.Contains(each.Name))?.Name;
            var to = name is null ? null : index.Named(name);
            var isMoved = to is not null && was.Named(name!)?.Instant is { } at && at != to.Instant;
            if (name is not null)
                claimed.Add(name);
            // Named by a rule before, and made due now since: it has no place to lose.
            var isElsewhere = name is null && before.IsSame;
            if (email.Status != EmailStatus.Pending)
                Note(email, isGone: name is not null && to is null, isMoved || !before.IsSame);
            else if (isElsewhere)
                Kept.Add(email);
            else if (to is null)
                Removed.Add(email);
            else if (!before.IsSame)
                Superseded.Add((email, NamedAs(email, to)));
            else if (isMoved)
                Moved.Add((email, to));
            else
                Kept.Add(email);
        }

        // What is no longer skipped. What lies beyond has not been made yet, and comes by itself.
        var soFar = SoFar(now);
        foreach (var name in before.Series.Recurrence.Skip.Except(after.Recurrence.Skip, StringComparer.Ordinal))
        {
            if (index.Named(name) is { } back && back.Nominal <= before.MadeUntil && back.Instant > now
                && !soFar.Taken.Contains(name) && !soFar.Elsewhere.Contains(back.Instant))
            {
                New.Add(back);
            }
        }
    }

    /// <summary>Another rule, start or zone: what is at the same instant stays.</summary>
    /// <param name="before">The series as it was; null where it is new.</param>
    internal void OfAnotherRule(SeriesChange.Before? before)
    {
        // One that was sent already, or cancelled by hand, is not made again, at the same time or under the same name.
        foreach (var email in Others)
        {
            _taken.Add(email.Occurrence!);
            var same = At(email).FirstOrDefault();
            if (same is not null)
                _taken.Add(same.Name);
            if (MayGoOut(email))
                Note(email, same is null && index.Named(email.Occurrence!) is null, same is null || before is not { IsSame: true });
        }

        var claimed = new HashSet<string>(StringComparer.Ordinal);
        var pending = existing.Where(email => email.Status == EmailStatus.Pending)
            .OrderBy(email => index.Named(email.Occurrence!)?.Instant == email.ScheduledDatetime ? 0 : 1);
        foreach (var email in pending)
        {
            if (before is null || At(email).FirstOrDefault(each => !claimed.Contains(each.Name)) is not { } same)
            {
                Removed.Add(email);
                continue;
            }

            claimed.Add(same.Name);
            // Its name is that of another occurrence now, which may need it.
            if (same.Name != email.Occurrence && index.Knows(email.Occurrence!))
            {
                if (_taken.Contains(same.Name))
                    Removed.Add(email);
                else
                    Superseded.Add((email, same));
            }
            else if (!before.IsSame)
                Superseded.Add((email, NamedAs(email, same)));
            else
            {
                Kept.Add(email);
                if (email.Local is not null && !WallClock.AreSame(email.Local, same.Local, zones))
                    Rezoned.Add((email, same));
            }
        }
    }

    /// <summary>What there is once this is carried out.</summary>
    internal ScheduledSoFar SoFar(DateTimeOffset now)
    {
        List<(string Name, DateTimeOffset At)> waiting =
        [
            .. Kept.Select(email => (email.Occurrence!, email.ScheduledDatetime)),
            .. Moved.Select(each => (each.Email.Occurrence!, each.To.Instant)),
            .. Superseded.Select(each => (each.To.Name, each.To.Instant)), .. New.Select(each => (each.Name, each.Instant)),
        ];
        List<(string Name, DateTimeOffset At)> all =
            [.. waiting, .. Others.Select(email => (email.Occurrence!, email.ScheduledDatetime))];
        var ahead = waiting.Select(each => each.At).Where(at => at > now).ToList();
        return new(
            ahead.Count, ahead.Count == 0 ? null : ahead.Max(),
            all.Select(each => each.Name).Concat(_taken).ToHashSet(StringComparer.Ordinal))
        {
            Elsewhere = index.Elsewhere(all),
        };
    }

    // A late outcome may show that what is in doubt was not taken, and is to be tried again.
    private static bool MayGoOut(ScheduledEmail email) => email.Status == EmailStatus.Pending || IsRunning(email);

    private static bool IsRunning(ScheduledEmail email) => EmailStatus.AwaitingOutcome.Contains(email.Status, StringComparer.Ordinal);

    // Its name never changes, also where it is that of a rule before.
    private static Occurrence NamedAs(ScheduledEmail email, Occurrence to) =>
        LocalTimeText.Parse(email.Occurrence!) is { } nominal ? to with { Nominal = nominal } : to;

    private IEnumerable<Occurrence> At(ScheduledEmail email) =>
        index.At(email.ScheduledDatetime).OrderBy(each => each.Name == email.Occurrence ? 0 : 1);

    private void Note(ScheduledEmail email, bool isGone, bool isChanged)
    {
        if (isGone)
            Running.Add(email);
        if ((isGone || isChanged) && email.Status == EmailStatus.Sending)
            TooLate.Add(email);
    }
}
