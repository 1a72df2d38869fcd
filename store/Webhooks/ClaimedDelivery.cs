namespace Mail.Store;

/// <summary>A delivery that is this process's to try now.</summary>
/// <param name="Webhook">Where to.</param>
/// <param name="EventId">The event.</param>
/// <param name="Event">The event; null for a test, or where it is no longer kept.</param>
/// <param name="Body">The body of a test.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Until">Until when it is this process's. Afterwards it may be another's, and what came of the try is not recorded.</param>
public sealed record ClaimedDelivery(
    Webhook Webhook, Guid EventId, FeedEvent? Event, string? Body, int Attempts, DateTimeOffset Until)
{
    /// <summary>How long a claim lasts.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(1);

    /// <summary>
    /// For how long the endpoint still asks to be left in peace, by the database's clock; null where it may be tried now. A test may
    /// always: who asks for it waits for what comes of it.
    /// </summary>
    public TimeSpan? Rest => Body is null && Webhook.AskedUntil - (Until - Claim) is { } left && left > TimeSpan.Zero ? left : null;
}
