using NodaTime;

namespace Mail.Store;

/// <summary>What exists of a series.</summary>
/// <param name="Waiting">How many of its occurrences are pending and not due yet.</param>
/// <param name="Last">When the last of them is due; null where none is.</param>
/// <param name="Taken">The nominal times that have an e-mail, or had one that was cancelled by hand.</param>
public sealed record ScheduledSoFar(int Waiting, DateTimeOffset? Last, IReadOnlySet<string> Taken)
{
    /// <summary>Nothing.</summary>
    public static ScheduledSoFar Nothing { get; } = new(0, Last: null, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>
    /// The instants of those that are named after an occurrence at another time: a rule before has named them. What occurs then is taken.
    /// </summary>
    public IReadOnlySet<DateTimeOffset> Elsewhere { get; init; } = new HashSet<DateTimeOffset>();
}

/// <summary>
/// Which further occurrences of a series are to be scheduled: those of the next 31 days, the next one at least, a hundred at the most.
/// Pure.
/// </summary>
/// <param name="New">The occurrences.</param>
/// <param name="MadeUntil">The nominal time up to which all has been decided; null where nothing was yet.</param>
/// <param name="Again">When to look again; null where the series has no further occurrences.</param>
public sealed record TopUp(IReadOnlyList<Occurrence> New, LocalDateTime? MadeUntil, DateTimeOffset? Again)
{
    /// <summary>The most occurrences that wait at the same time.</summary>
    public const int MaxWaiting = 100;

    /// <summary>The longest <c>send_within_seconds</c>, in days.</summary>
    public const int MaxSendWithinDays = 31;

    /// <summary>How far ahead occurrences are scheduled.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(31);

    // One that was moved far ahead says nothing of when the others are due.
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    /// <summary>Decides.</summary>
    /// <param name="occurrences">The series.</param>
    /// <param name="madeUntil">From where on; what is up to there has been decided.</param>
    /// <param name="moved">The nominal times that are moved.</param>
    /// <param name="existing">What exists.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="allowance">How many may be made at once, one at least; the rest comes with the next call.</param>
    /// <param name="notBefore">What is due before it is passed over; null for what is still worth sending.</param>
    public static TopUp Decide(
        Occurrences occurrences, LocalDateTime? madeUntil, IEnumerable<string> moved, ScheduledSoFar existing, DateTimeOffset now,
        int allowance, DateTimeOffset? notBefore = null)
    {
        var (made, names) = (new List<Occurrence>(), new HashSet<string>(existing.Taken, StringComparer.Ordinal));
        var (until, last) = (madeUntil, existing.Last);
        DateTimeOffset? again = null;

        // After a standstill of years no time is lost on what is no longer worth sending.
        var earliest = occurrences.LocalOf(now - TimeSpan.FromDays(MaxSendWithinDays + 1));
        var from = madeUntil is { } after && after > earliest ? after : earliest;
        foreach (var occurrence in occurrences.From(from))
        {
            if (occurrence.Nominal <= until)
                continue;
            var waiting = existing.Waiting + made.Count;
            if (made.Count >= allowance || waiting >= MaxWaiting)
            {
                again = waiting >= MaxWaiting && last > now ? now + Shorter((last.Value - now) / 2, _longestWait) : now;
                break;
            }

            if (waiting > 0 && occurrence.Base > now + Ahead)
            {
                again = occurrence.Base - Ahead < last ? occurrence.Base - Ahead : last;
                break;
            }

            until = occurrence.Nominal;
            if (IsWanted(occurrence) && names.Add(occurrence.Name))
                Add(occurrence);
        }

        // What is far ahead and was moved to a nearer time.
        var far = again is null ? [] : moved.Where(name => !names.Contains(name) && !(LocalTimeText.Parse(name) <= until)).ToList();
        var index = new OccurrenceIndex(occurrences, far, []);
        foreach (var occurrence in far.Select(index.Named).OfType<Occurrence>().Where(IsWanted))
        {
            if (occurrence.Instant <= now + Ahead && made.Count < allowance)
                Add(occurrence);
            else if (occurrence.Instant - Ahead < again)
                again = occurrence.Instant - Ahead;
        }

        return new(made, until, again);

        bool IsWanted(Occurrence occurrence) => occurrence.SendBefore > now && !(occurrence.Instant <= notBefore)
            && !existing.Elsewhere.Contains(occurrence.Instant);

        void Add(Occurrence occurrence)
        {
            made.Add(occurrence);
            if (!(last >= occurrence.Instant))
                last = occurrence.Instant;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
