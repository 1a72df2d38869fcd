namespace PostgresScheduler;

/// <summary>A row taken out of the timer table by a dispatcher's open transaction.</summary>
/// <param name="TokenId">The row's key.</param>
/// <param name="Destination">Where it goes; null for a tombstone, which has only to be forgotten.</param>
/// <param name="ContentType">The media type of the body.</param>
/// <param name="Properties">The JSON of <see cref="MessageProperties"/>.</param>
/// <param name="Body">The body.</param>
/// <param name="Attempts">How often it was refused so far.</param>
/// <param name="AskedAt">When it was scheduled, by the clock of who scheduled it; null where nobody said it.</param>
/// <param name="Lateness">How long after its due time it was claimed, by the database's clock.</param>
internal sealed record ClaimedTimer(
    Guid TokenId, string? Destination, string? ContentType, string? Properties, byte[]? Body, int Attempts, DateTime? AskedAt,
    TimeSpan Lateness);
