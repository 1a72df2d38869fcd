using System.Collections.Concurrent;

namespace Mail.Tests.Chaos;

/// <summary>What a caller was told of an e-mail.</summary>
public enum Told
{
    /// <summary>It is there.</summary>
    Created,

    /// <summary>It is cancelled, by whatever call.</summary>
    Cancelled,

    /// <summary>It has another time.</summary>
    Moved,
}

/// <summary>One answer that named an e-mail.</summary>
public sealed record Telling(TimeSpan At, string EmailId, Told What, string Call);

/// <summary>An e-mail that the SMTP server kept, and when its final dot came.</summary>
public sealed record Kept(TimeSpan At, DateTimeOffset Dot, string EmailId);

/// <summary>An e-mail as the API shows it at the end.</summary>
/// <param name="EmailId">Its id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Scheduled">When it was due.</param>
/// <param name="Timeline">What happened to it.</param>
public sealed record Shown(string EmailId, string Status, DateTimeOffset Scheduled, IReadOnlyList<Shown.Line> Timeline)
{
    /// <summary>A line of the timeline; times count from the beginning of the attack.</summary>
    public sealed record Line(TimeSpan At, string Event, string? Detail, string By);
}

/// <summary>The three ledgers, and the faults of the time.</summary>
/// <param name="Told">What callers were told.</param>
/// <param name="Shown">What the API says now.</param>
/// <param name="Kept">What the SMTP server kept.</param>
/// <param name="Faults">What was done meanwhile.</param>
/// <param name="FenceHolds">What the restore fence holds back at the end, though a person has released it since the last restore.</param>
/// <param name="Unheld">Restores that it did not hold back.</param>
/// <param name="NotForgotten">How many requests with an Idempotency-Key are remembered at the end though they are too old.</param>
public sealed record Ledgers(
    IReadOnlyCollection<Telling> Told, IReadOnlyCollection<Shown> Shown, IReadOnlyCollection<Kept> Kept, IReadOnlyCollection<Fault> Faults,
    IReadOnlyCollection<string> FenceHolds, IReadOnlyCollection<string> Unheld, long NotForgotten = 0);

/// <summary>Where callers write down what they were told.</summary>
public sealed class CallersLedger(Clock clock)
{
    private readonly ConcurrentQueue<Telling> _told = new();

    public IReadOnlyCollection<Telling> Told => _told;

    public void Add(string emailId, Told what, string call) => _told.Enqueue(new(clock.Elapsed, emailId, what, call));
}

/// <summary>Counts from the beginning of the attack; goes by no wall clock.</summary>
public sealed class Clock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly DateTimeOffset _wall = time.GetUtcNow();

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>A time of a ledger on this count.</summary>
    public TimeSpan Of(DateTimeOffset at) => at - _wall;
}
