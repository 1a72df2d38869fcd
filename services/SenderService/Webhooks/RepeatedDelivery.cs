using Mail.Hosting;
using Mail.Store;

namespace Mail.SenderService.Webhooks;

/// <summary>Tries a delivery again that failed, or a test: one that has a row of its own.</summary>
internal sealed class RepeatedDelivery(
    WebhookDatabase database, WebhookDeliveries deliveries, WebhookSecrets secrets, WebhookClient client, WebhookLanes lanes,
    Instance instance, TimeProvider time, ILogger<RepeatedDelivery> logger)
{
    // Where many are due at once of an endpoint that does not answer.
    private static readonly TimeSpan _later = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _spread = TimeSpan.FromSeconds(30);

    // The claim lasts for a minute: wait and try take less.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Tries it, where it is due and nobody else does.</summary>
    internal async Task RunAsync(Guid webhookId, Guid eventId, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(webhookId, eventId, cancellationToken) is not { } claimed)
            return;
        if (claimed.Delivery.Rest is { } rest)
        {
            await PostponeAsync(claimed.Delivery, rest, cancellationToken);
            return;
        }

        if (await TryAsync(claimed.Delivery, claimed.Keys, cancellationToken) is not { } result)
        {
            await PostponeAsync(claimed.Delivery, _later, cancellationToken);
            return;
        }

        var next = claimed.Delivery.Body is null
            ? DeliverySchedule.After(claimed.Delivery.Attempts + 1, result, Random.Shared.NextDouble())
            : null;
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var answer = new WebhookAnswer(time.GetUtcNow(), result.Status, result.Error, result.Answer)
            {
                RetryAfter = DeliverySchedule.Asked(result),
            };
            await deliveries.RecordAsync(connection, claimed.Delivery, answer, next, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }

        WebhookMetrics.CountRetry(result.IsSuccess);
        if (!result.IsSuccess && claimed.Delivery.Body is null
            && await WebhookWork.DisableAsync(
                connection, webhookId, result.IsGone ? WebhookDisabling.Gone : WebhookDisabling.Failing, cancellationToken))
        {
            logger.WebhookDisabled(claimed.Delivery.Webhook.ClientId, webhookId);
        }
    }

    private async Task<(ClaimedDelivery Delivery, IReadOnlyList<byte[]> Keys)?> ClaimAsync(
        Guid webhookId, Guid eventId, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        return await WebhookDeliveries.ClaimAsync(connection, webhookId, eventId, instance.Installation, cancellationToken)
            is { } delivery
                ? (delivery, await secrets.ReadAsync(connection, webhookId, cancellationToken))
                : null;
    }

    // By up to as much again, and half a minute at the most, so that they do not come together.
    private async Task PostponeAsync(ClaimedDelivery delivery, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await deliveries.PostponeAsync(
            connection, delivery, wait + ((wait < _spread ? wait : _spread) * Random.Shared.NextDouble()), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    // Null where it can't be tried now, which says nothing about the endpoint.
    private async Task<DeliveryResult?> TryAsync(
        ClaimedDelivery delivery, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            // A test tells who asked for it; an event is left to a sender that has the key.
            logger.SecretNotOpened(delivery.Webhook.Id);
            return delivery.Body is null
                ? null
                : new(Status: null, "no key of this sender opens the secret (SECRETS_PRIVATE_KEYS)");
        }

        if (delivery is { Event: null, Body: null })
            return new(Status: null, "the event is no longer kept");
        var fails = delivery.Webhook.FailingSince is not null;
        if (lanes.IsFull(delivery.Webhook.Id, fails))
            return null;
        using var place = await lanes.TryEnterAsync(delivery.Webhook, fails, _patience, cancellationToken);
        if (place is null)
            return null;
        return await client.TryAsync(
            delivery.Webhook.Url, delivery.EventId, delivery.Body ?? EventBody.Write(delivery.Event!), keys, cancellationToken);
    }
}
