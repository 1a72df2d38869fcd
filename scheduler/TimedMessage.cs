namespace PostgresScheduler;

/// <summary>A message, serialized as it will travel, and when it is to be published.</summary>
/// <param name="TokenId">The handle for cancelling it; scheduling the same token again replaces what was scheduled.</param>
/// <param name="Due">Not published before this instant, by the database's clock. Kept to the microsecond.</param>
/// <param name="Destination">A MassTransit address, for example <c>exchange:orders</c>.</param>
/// <param name="ContentType">The media type of <paramref name="Body"/>.</param>
/// <param name="Properties">What travels beside the body.</param>
/// <param name="Body">The body, published byte for byte.</param>
public sealed record TimedMessage(
    Guid TokenId,
    DateTimeOffset Due,
    Uri Destination,
    string ContentType,
    MessageProperties Properties,
    byte[] Body)
{
    /// <summary>
    /// When the caller asked for it, by the caller's clock. A cancel of its token, or another schedule, that was asked for later holds, in
    /// whichever order they arrive. Null where that is not known: then it replaces what is scheduled under its token, and a token that was
    /// cancelled stays cancelled.
    /// </summary>
    public DateTimeOffset? AskedAt { get; init; }
}
