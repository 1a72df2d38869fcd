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

    /// <summary>Publishes one batch of due timers. Returns how long to sleep.</summary>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="claimed">Called where something was due, once it is claimed and before it is published.</param>
    /// <param name="cancellationToken">Abandons the pass before that.</param>
    internal async Task<TimeSpan> RunOnceAsync(DateTimeOffset? now, Action claimed, CancellationToken cancellationToken)
    {
        // A claim holds row locks until the confirms are in: none is taken while there is no channel to confirm on.
        if (IsAway())
            return options.LongestSleep;

        await broker.OpenAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var batch = await timers.ClaimAsync(connection, now, cancellationToken);
        if (batch.Count == 0)
            return await SleepAsync(connection, cancellationToken);
        claimed();

        // From here on nothing is cancellable: what is confirmed must not come back. The confirm time-out bounds it.
        var publications = await publisher.PublishAsync([.. batch.Where(timer => timer.Destination is not null)]);
        var unpublished = publications.Where(publication => publication.Result is PublishResult.Unconfirmed or PublishResult.Refused)
            .Select(publication => PutBack.After(publication, options.Attempts)).ToList();
        await timers.PutBackAsync(connection, unpublished, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);

        metrics.Published(batch.Count, publications);
        unpublished.ForEach(logger.NotPublished);
        if (publications.Any(publication => publication.Result == PublishResult.Unconfirmed))
        {
            broker.Abandon();
            return options.LongestSleep;
        }

        return TimeSpan.Zero;
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
