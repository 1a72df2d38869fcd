namespace PostgresScheduler;

/// <summary>What became of one attempt to publish a timer.</summary>
/// <param name="Timer">The timer.</param>
/// <param name="Result">Whether the broker has it.</param>
/// <param name="Lateness">From its due time to the answer.</param>
/// <param name="Reason">Why the broker does not have it.</param>
internal sealed record PublishedTimer(ClaimedTimer Timer, PublishResult Result, TimeSpan Lateness, string? Reason = null);

/// <summary>Whether the broker has the message, and whose fault it is where it doesn't.</summary>
internal enum PublishResult
{
    /// <summary>The broker has it.</summary>
    Confirmed,

    /// <summary>Not this message's fault: no connection, no confirm in time. The broker may have it all the same.</summary>
    Unconfirmed,

    /// <summary>It was later than it may be, and is dropped (<see cref="MessageProperties.NotLaterThan"/>).</summary>
    Missed,

    /// <summary>This message can't be published as it is: no route, or an address or properties that make no sense.</summary>
    Refused,
}
