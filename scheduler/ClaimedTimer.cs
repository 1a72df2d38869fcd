namespace PostgresScheduler;

/// <summary>A row taken out of the timer table by a dispatcher's open transaction.</summary>
internal sealed record ClaimedTimer(
    Guid TokenId, DateTimeOffset Due, string Destination, string ContentType, string Properties, byte[] Body, int Attempts);
