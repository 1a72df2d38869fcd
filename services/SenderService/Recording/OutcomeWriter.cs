using System.Threading.Channels;
using Mail.SenderService.Claiming;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Recording;

/// <summary>
/// Writes outcomes in batches, and again until they are written: an outcome that only this process knows must not be
/// lost to a database that is away for a while. With them it claims the next e-mails, so that under load a round trip
/// and a commit do both.
/// </summary>
public sealed class OutcomeWriter(
    NpgsqlDataSource dataSource, Outbox outbox, Claims claims, Heartbeat heartbeat, TimeProvider time, ILogger<OutcomeWriter> logger)
    : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });

    private sealed record Pending(OutcomeTransition Move, TaskCompletionSource<Assignment?> Written);

    /// <summary>
    /// Completes when the outcome is committed, with what the connection that it came from is to hand over next, if there is anything.
    /// </summary>
    public Task<Assignment?> RecordAsync(OutcomeTransition move)
    {
        var pending = new Pending(move, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _pending.Writer.TryWrite(pending);
        return pending.Written.Task;
    }

    /// <summary>
    /// Writes what is left; by now every conversation has ended. Where the database stays away for longer than the host waits, what
    /// became of the e-mails stands in the log alone, and they are in doubt.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ExecuteTask is { IsCompleted: false })
            logger.OutcomesLost();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _pending.Reader.TryRead(out var pending))
                batch.Add(pending);
            var next = await WriteAsync(batch);
            for (var index = 0; index < batch.Count; index++)
                batch[index].Written.TrySetResult(next.ElementAtOrDefault(index));
            batch.Clear();
        }
    }

    private async Task<List<Assignment>> WriteAsync(List<Pending> batch)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync();
                if (!batch.Exists(pending => pending.Move.Wakes.Any()))
                    return await claims.RecordAndClaimAsync(connection, Outcomes(batch), mayClaim: first);
                await WriteWithTimersAsync(connection, batch);
                return [];
            }
            catch (Exception exception)
            {
                logger.OutcomesNotWritten(exception, batch.Count);
                await Task.Delay(_pause, time);
            }
        }
    }

    // With the move, or not at all: an e-mail that is pending without a timer would wait for the sweep.
    private async Task WriteWithTimersAsync(NpgsqlConnection connection, List<Pending> batch)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var moved = await AttemptOutcomes.RecordAsync(connection, heartbeat.Sender, Outcomes(batch), CancellationToken.None);
        var wakes = batch.SelectMany(pending => pending.Move.Wakes).Where(wake => moved.Contains(wake.EmailId));
        await outbox.WakeAsync(connection, wakes, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private static List<(Guid Batch, EmailTransition Move)> Outcomes(List<Pending> batch) =>
        batch.ConvertAll(pending => (pending.Move.Batch, pending.Move.Move));
}
