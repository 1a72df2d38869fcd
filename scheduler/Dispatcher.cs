using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Publishes what is due. One pass is one transaction: take a batch out of the table, publish it, wait for the broker's
/// confirms, commit. If the process dies before the commit the rows are still there; if it dies between confirm and
/// commit the batch is published a second time, which consumers must bear, as with any broker.
/// </summary>
internal sealed class Dispatcher(
    NpgsqlDataSource dataSource, TimerTable timers, Publisher publisher, IBusControl bus, PostgresSchedulerOptions options, ILogger<Dispatcher> logger)
{
    /// <summary>Publishes one batch of due timers. Returns how long to sleep: zero where there may be more.</summary>
    internal async Task<TimeSpan> RunOnceAsync(DateTimeOffset? now, CancellationToken cancellationToken)
    {
        // A claim holds row locks until the confirms are in: none is taken while there is no broker to confirm.
        if (bus.CheckHealth() is { Status: BusHealthStatus.Unhealthy } health)
        {
            logger.BrokerAway(health.Description);
            return options.LongestSleep;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var claimed = await timers.ClaimAsync(connection, now, cancellationToken);
        if (claimed.Count == 0)
            return await SleepAsync(connection, cancellationToken);

        var refusedByBroker = false;
        foreach (var (timer, fate, reason) in await publisher.PublishAsync(claimed, cancellationToken))
        {
            if (fate == Publisher.Fate.Unconfirmed)
            {
                refusedByBroker = true;
                await timers.PutBackAsync(connection, timer, timer.Due, timer.Attempts, reason, CancellationToken.None);
            }
            else if (fate == Publisher.Fate.Refused)
            {
                await RetryOrSetAsideAsync(connection, timer, reason!);
            }
        }

        // Not cancellable: what is confirmed must not come back.
        await transaction.CommitAsync(CancellationToken.None);
        if (refusedByBroker)
            return options.LongestSleep;
        return claimed.Count == options.BatchSize ? TimeSpan.Zero : await SleepAsync(connection, cancellationToken);
    }

    private async Task<TimeSpan> SleepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var distance = await timers.DistanceToNextAsync(connection, cancellationToken) ?? options.LongestSleep;
        return distance < options.LongestSleep ? distance : options.LongestSleep;
    }

    private async Task RetryOrSetAsideAsync(NpgsqlConnection connection, ClaimedTimer timer, string reason)
    {
        var attempt = timer.Attempts + 1;
        DateTimeOffset? again = attempt < options.Attempts ? timer.Due + TimeSpan.FromSeconds(Math.Pow(2, attempt)) : null;
        if (again is null)
            logger.SetAside(timer.TokenId, timer.Destination, reason);
        else
            logger.Refused(timer.TokenId, timer.Destination, attempt, reason);
        await timers.PutBackAsync(connection, timer, again, attempt, reason, CancellationToken.None);
    }
}
