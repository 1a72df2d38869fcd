namespace PostgresScheduler.Recurring;

/// <summary>What the table says of a recurring schedule.</summary>
/// <param name="Token">The token of its planned timer.</param>
/// <param name="NextDue">The due time of that timer; of the one that there would be, where it is paused.</param>
/// <param name="Paused">Whether it is paused: then there is no timer.</param>
/// <param name="AskedAt">When it was asked for, or its cancel was.</param>
/// <param name="Schedule">The schedule; null where it is cancelled.</param>
internal sealed record RecurringState(
    Guid Token, DateTimeOffset NextDue, bool Paused, DateTimeOffset? AskedAt, RecurringTimer? Schedule)
{
    // As with timers: what seems older than that is from a clock that is behind.
    private static readonly TimeSpan _longestWay = TimeSpan.FromMinutes(1);

    /// <summary>Whether a schedule that was asked for at an instant gives way to what is there.</summary>
    internal bool HoldsAgainstSchedule(DateTimeOffset? asked) => Schedule is null ? (AskedAt < asked) is not true : IsOvertaken(asked);

    /// <summary>Whether a cancel, a pause or a resume that was asked for at an instant gives way to what is there.</summary>
    internal bool HoldsAgainstCancel(DateTimeOffset? asked) => Schedule is not null && IsOvertaken(asked);

    private bool IsOvertaken(DateTimeOffset? asked) => AskedAt > asked && AskedAt < asked + _longestWay;
}

/// <summary>A schedule whose planned timer has gone out, held by the transaction that plans the next.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Id">Its id.</param>
/// <param name="Schedule">The schedule; null for a tombstone, which has only to be forgotten.</param>
/// <param name="Now">What counted as now.</param>
internal sealed record ClaimedRecurring(string Group, string Id, RecurringTimer? Schedule, DateTimeOffset Now);
