using System.Collections.Concurrent;
using Mail.Hosting;
using Mail.Store;
using PostgresScheduler;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// Looks for events that have become readable, takes over the webhooks that want to know, and walks the feed for each. Now and then it
/// looks at all of them: at those whose sender died, those that have rested, and deliveries whose timer was lost.
/// </summary>
internal sealed class WebhookPump(
    WebhookDatabase database, WebhookWalk walk, RepeatedDelivery repeated, WebhookSecrets secrets, Instance instance, TimeProvider time,
    ILogger<WebhookPump> logger) : BackgroundService
{
    private const int MaxAtOnce = 64;
    private const int MaxOverdue = 100;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _untilAll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(2);

    private readonly Guid _sender = Guid.CreateVersion7();
    private readonly ConcurrentDictionary<Guid, Task> _walking = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (secrets.Keys.Count > 0)
            return Stopping.RunAsync(LoopAsync, stoppingToken);
        logger.WebhooksLeftToOthers();
        return Task.CompletedTask;
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        var (news, lookedAtAll) = ((EventNews?)null, 0L);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.DataSource.OpenConnectionAsync(stoppingToken);
                news = await EventNews.ReadAsync(connection, news?.Horizon, stoppingToken);
                var all = news.Clients is null || time.GetElapsedTime(lookedAtAll) > _untilAll;
                if (all || news.Clients!.Count > 0)
                {
                    foreach (var leased in await WebhookWork.LeaseAsync(
                        connection, _sender, instance.Installation, all ? null : [.. news.Clients!], [.. _walking.Keys], MaxAtOnce,
                        stoppingToken))
                    {
                        Start(leased, stoppingToken);
                    }
                }

                if (all)
                {
                    foreach (var (webhook, id) in await WebhookDeliveries.OverdueAsync(connection, MaxOverdue, stoppingToken))
                        Start(id, () => repeated.RunAsync(webhook, id, stoppingToken));
                    foreach (var (client, id) in await WebhookWork.DisableFailingAsync(
                        connection, instance.Installation, stoppingToken))
                    {
                        logger.WebhookDisabled(client, id);
                    }

                    lookedAtAll = time.GetTimestamp();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.WebhooksNotSeen(exception);
                // What was told meanwhile is found by a look at all.
                news = null;
                await Task.Delay(_again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_walking.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start(LeasedWebhook leased, CancellationToken stoppingToken) =>
        Start(leased.Webhook.Id, () => walk.RunAsync(leased, _sender, stoppingToken));

    private void Start(Guid id, Func<Task> work)
    {
        if (!_walking.ContainsKey(id))
            _walking[id] = RunAsync(id, work);
    }

    private async Task RunAsync(Guid id, Func<Task> work)
    {
        await Task.Yield();
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Its lease ends by itself.
            logger.WebhookWalkFailed(exception, id);
        }
        catch (OperationCanceledException)
        {
            // Stopping: what was under way is delivered again.
        }
        finally
        {
            _walking.TryRemove(id, out _);
        }
    }
}
