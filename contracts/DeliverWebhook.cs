namespace Mail.Contracts;

/// <summary>
/// An event is to be delivered to a webhook again. A wake-up, not an order: the delivery's row says whether it still is, so a stale or
/// doubled one does nothing and a lost one is made good by the senders.
/// </summary>
public sealed record DeliverWebhook
{
    /// <summary>The webhook (UUIDv7).</summary>
    public required Guid WebhookId { get; init; }

    /// <summary>The event's id in the API, which the receiver has as <c>webhook-id</c>.</summary>
    public required Guid EventId { get; init; }
}
