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

    /// <summary>Tries it, where it is due and nobody else does.</summary>
    internal async Task RunAsync(Guid webhookId, Guid eventId, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(webhookId, eventId, cancellationToken) is not { } claimed)
            return;
        var result = await TryAsync(claimed.Delivery, claimed.Keys, cancellationToken);
        var next = claimed.Delivery.Body is null
            ? DeliverySchedule.After(claimed.Delivery.Attempts + 1, result, Random.Shared.NextDouble())
            : null;
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await deliveries.RecordAsync(
                connection, claimed.Delivery, new(time.GetUtcNow(), result.Status, result.Error, result.Answer), next, cancellationToken);
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
        if (await WebhookDeliveries.ClaimAsync(connection, webhookId, eventId, instance.Installation, cancellationToken)
            is not { } delivery)
        {
            return null;
        }

        if (lanes.IsFull(webhookId, delivery.Webhook.FailingSince is not null))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await deliveries.PostponeAsync(
                connection, delivery, _later * (1 + Random.Shared.NextDouble()), time.GetUtcNow(), cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return null;
        }

        return (delivery, await secrets.ReadAsync(connection, webhookId, cancellationToken));
    }

    private async Task<DeliveryResult> TryAsync(
        ClaimedDelivery delivery, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return new(Status: null, "no key of this sender opens the secret (SECRETS_PRIVATE_KEYS)");
        if (delivery is { Event: null, Body: null })
            return new(Status: null, "the event is no longer kept");
        using var place = await lanes.EnterAsync(delivery.Webhook.Id, delivery.Webhook.FailingSince is not null, cancellationToken);
        return await client.TryAsync(
            delivery.Webhook.Url, delivery.EventId, delivery.Body ?? EventBody.Of(delivery.Event!), keys, cancellationToken);
    }
}
