using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// Walks the feed for one webhook, under its lease: a few events at a time, up to eight deliveries at once, and one write for all of them.
/// The first failure ends the step; what failed has a delivery of its own from then on, and nothing waits for it.
/// </summary>
internal sealed class WebhookWalk(
    WebhookDatabase database, WebhookDeliveries deliveries, WebhookSecrets secrets, WebhookClient client, WebhookLanes lanes,
    TimeProvider time, ILogger<WebhookWalk> logger)
{
    private const int StepSize = 64;

    // Half of the lease: a try that is begun then ends within it.
    private static readonly TimeSpan _longest = WebhookWork.Lease / 2;

    /// <summary>Walks until there is nothing more, or the endpoint does not answer.</summary>
    internal async Task RunAsync(LeasedWebhook leased, Guid sender, CancellationToken cancellationToken)
    {
        var webhook = leased.Webhook;
        while (true)
        {
            var (page, keys, isSkip) = await ReadAsync(webhook, cancellationToken);
            if (keys.Count == 0)
            {
                // The lease stays, so that other senders are asked in a minute, and this one is not asked at once.
                logger.SecretNotOpened(webhook.Id);
                return;
            }

            var step = await StepAsync(webhook, page, keys, cancellationToken);
            if (await StoreAsync(webhook, step with { IsSkip = isSkip }, sender, cancellationToken) is not { } changed)
                return;
            if (step.Failed.Count > 0 && await EndedAsync(webhook, step, sender, cancellationToken))
                return;
            if (!page.HasMore && step.Failed.Count == 0 && step.Next == page.Next)
            {
                await ReleaseAsync(webhook.Id, sender, cancellationToken);
                return;
            }

            // Its address and types are those of now.
            webhook = changed with { Failures = step.Succeeded ? 0 : webhook.Failures };
        }
    }

    private async Task<(FeedPage Page, IReadOnlyList<byte[]> Keys, bool IsSkip)> ReadAsync(
        Webhook webhook, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        var keys = await secrets.ReadAsync(connection, webhook.Id, cancellationToken);
        try
        {
            return (
                await EventFeed.ReadAsync(
                    connection, webhook.ClientId, webhook.Cursor, webhook.Types, webhook.Failures > 0 ? 1 : StepSize, cancellationToken),
                keys, IsSkip: false);
        }
        catch (CursorExpiredException expired)
        {
            // After a restore it goes on with what happened since then: nobody knows what was told before. What is no longer kept is
            // passed over.
            var next = webhook.Cursor.Epoch == expired.Oldest.Epoch ? expired.Oldest : expired.Began;
            return (new([], next, HasMore: true), keys, IsSkip: true);
        }
    }

    private async Task<WebhookStep> StepAsync(
        Webhook webhook, FeedPage page, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var running = new List<Task<DeliveryResult>>();
        using var slots = new SemaphoreSlim(WebhookLanes.OfOne);
        var isOver = false;
        foreach (var each in page.Events)
        {
            await slots.WaitAsync(cancellationToken);
            var left = _longest - time.GetElapsedTime(started);
            if (Volatile.Read(ref isOver) || left <= TimeSpan.Zero
                || await lanes.TryEnterAsync(webhook, webhook.Failures > 0, left, cancellationToken) is not { } place)
            {
                break;
            }

            running.Add(TryAsync(each, place));
        }

        var results = await Task.WhenAll(running);
        var failed = results.Index().Where(each => !each.Item.IsSuccess)
            .Select(each => Failed(page.Events[each.Index], each.Item)).ToList();
        return new(
            results.Length == page.Events.Count ? page.Next
                : results.Length == 0 ? webhook.Cursor
                : page.Next with { Position = page.Events[results.Length - 1].Position },
            Array.Exists(results, result => result.IsSuccess), failed,
            results.Length == 0 ? null : failed.Count > 0 ? failed[^1].Answer : Answer(results[^1]));

        async Task<DeliveryResult> TryAsync(FeedEvent of, IDisposable place)
        {
            try
            {
                var result = await client.TryAsync(webhook.Url, of.Id, EventBody.Write(of), keys, cancellationToken);
                if (!result.IsSuccess)
                    Volatile.Write(ref isOver, true);
                return result;
            }
            finally
            {
                place.Dispose();
                slots.Release();
            }
        }
    }

    private async Task<Webhook?> StoreAsync(Webhook webhook, WebhookStep step, Guid sender, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await WebhookWork.AdvanceAsync(connection, sender, webhook, step, cancellationToken) is not { } changed)
            return null;
        await deliveries.InsertAsync(connection, webhook.Id, step.Failed, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        WebhookMetrics.Count(step);
        return changed;
    }

    // Whether there is nothing more to do for now: the endpoint rests, or wants no more.
    private async Task<bool> EndedAsync(Webhook webhook, WebhookStep step, Guid sender, CancellationToken cancellationToken)
    {
        var isGone = step.Failed.Any(each => each.Answer.Status == StatusCodes.Status410Gone);
        if (!isGone && step is { Succeeded: true, RetryAfter: null })
            return false;
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        if (await WebhookWork.DisableAsync(
            connection, webhook.Id, isGone ? WebhookDisabling.Gone : WebhookDisabling.Failing, cancellationToken))
        {
            logger.WebhookDisabled(webhook.ClientId, webhook.Id);
        }

        await WebhookWork.ReleaseAsync(connection, sender, webhook.Id, cancellationToken);
        return true;
    }

    private async Task ReleaseAsync(Guid id, Guid sender, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await WebhookWork.ReleaseAsync(connection, sender, id, cancellationToken);
    }

    private FailedDelivery Failed(FeedEvent of, DeliveryResult result) =>
        new(of, Answer(result), DeliverySchedule.After(attempts: 1, result, Random.Shared.NextDouble()));

    private WebhookAnswer Answer(DeliveryResult result) =>
        new(time.GetUtcNow(), result.Status, result.Error, result.Answer) { RetryAfter = DeliverySchedule.Asked(result) };
}
