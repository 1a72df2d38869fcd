using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Publishes what is due. One pass is one transaction: take a batch out of the table, publish it, wait for the broker's
/// confirms, commit. If the process dies before the commit the rows are still there; if it dies between confirm and
/// commit the batch is published a second time, which consumers must bear, as with any broker.
/// </summary>
internal sealed class Dispatcher(
    NpgsqlDataSource dataSource, TimerClaims timers, Broker broker, Publisher publisher, SchedulerMetrics metrics,
    PostgresSchedulerOptions options, ILogger<Dispatcher> logger)
    : IAsyncDisposable
{
    private string? _away;

    /// <summary>Publishes one batch of due timers. Returns how long to sleep: null where the batch was full and there is more.</summary>
    internal async Task<TimeSpan?> RunOnceAsync(DateTimeOffset? now, CancellationToken cancellationToken)
    {
        // A claim holds row locks until the confirms are in: none is taken while there is no channel to confirm on.
        if (IsAway())
            return options.LongestSleep;

        await broker.OpenAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var claimed = await timers.ClaimAsync(connection, now, cancellationToken);
        if (claimed.Count == 0)
            return await SleepAsync(connection, cancellationToken);

        // From here on nothing is cancellable: what is confirmed must not come back. The confirm time-out bounds it.
        var publications = await publisher.PublishAsync([.. claimed.Where(timer => timer.Destination is not null)]);
        var unpublished = publications.Where(publication => publication.Result is PublishResult.Unconfirmed or PublishResult.Refused)
            .Select(publication => PutBack.After(publication, options.Attempts)).ToList();
        await timers.PutBackAsync(connection, unpublished, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);

        metrics.Published(claimed.Count, publications);
        unpublished.ForEach(logger.NotPublished);
        // Others may have fallen due meanwhile: only a claim that found nothing knows how far off the next one is.
        if (publications.Any(publication => publication.Result == PublishResult.Unconfirmed))
        {
            broker.Abandon();
            return options.LongestSleep;
        }

        return claimed.Count == options.BatchSize ? null : TimeSpan.Zero;
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    /// <summary>Told once for each reason, not at each pass.</summary>
    private bool IsAway()
    {
        var away = broker.Away;
        if (away is not null && away != _away)
            logger.BrokerAway(away);
        _away = away;
        return away is not null;
    }

    private async Task<TimeSpan> SleepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var distance = await timers.DistanceToNextAsync(connection, cancellationToken) ?? options.LongestSleep;
        return distance < options.LongestSleep ? distance : options.LongestSleep;
    }
}
