using System.Collections.Concurrent;
using Mail.Hosting;
using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.SenderService.Claiming;

/// <summary>
/// Gives back the claims whose answer was lost. A commit of which nothing was heard may land whenever its connection comes
/// alive again, so each of them, and they are few, is looked for as long as this process lives.
/// </summary>
public sealed class LostClaims(
    NpgsqlDataSource dataSource, Outbox outbox, Heartbeat heartbeat, Instance instance, TimeProvider time, ILogger<LostClaims> logger)
    : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Guid> _abandoned = new();

    /// <summary>Nothing of this batch will be handed over.</summary>
    public void Abandon(Guid batch) => _abandoned.Enqueue(batch);

    /// <summary>Looks once more: by now the last claim has been made.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The host's patience ends the wait for a database that stays away: the e-mails are then in doubt.
        await Stopping.RunAsync(_ => GiveBackAsync(), cancellationToken, TimeSpan.Zero);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await GiveBackAsync();
            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task GiveBackAsync()
    {
        if (_abandoned.IsEmpty)
            return;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var returned = await EmailClaims.GiveBackAsync(
                connection, heartbeat.Sender, [.. _abandoned], instance.Name, CancellationToken.None);
            await outbox.WakeNowAsync(connection, returned, CancellationToken.None);
            await transaction.CommitAsync();
            if (returned.Count > 0)
                logger.GaveBack(returned.Count, instance.Name);
        }
        catch (Exception exception)
        {
            logger.GiveBackFailed(exception);
        }
    }
}
