using System.Collections.Concurrent;
using System.Threading.Channels;
using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService;

/// <summary>
/// Writes outcomes in batches, and again until they are written: an outcome that only this process knows must not be
/// lost to a database that is away for a while.
/// </summary>
public sealed class OutcomeLog(NpgsqlDataSource dataSource, Outbox outbox, Heartbeat heartbeat, Instance instance, TimeProvider time, ILogger<OutcomeLog> logger)
    : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly ConcurrentQueue<Guid> _lost = new();

    private sealed record Pending(OutcomeMove Move, TaskCompletionSource Written);

    /// <summary>Completes when the outcome is committed.</summary>
    public Task RecordAsync(OutcomeMove move)
    {
        var pending = new Pending(move, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _pending.Writer.TryWrite(pending);
        return pending.Written.Task;
    }

    /// <summary>Gives back a claim whose answer was lost, also where its commit lands later.</summary>
    public void GiveBack(Guid batch) => _lost.Enqueue(batch);

    /// <summary>Writes what is left; by now every conversation has ended.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var givingBack = GiveBackLoopAsync(done.Token);
        var batch = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _pending.Reader.TryRead(out var pending))
                batch.Add(pending);
            await WriteAsync(batch);
            batch.Clear();
        }

        await done.CancelAsync();
        await givingBack;
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        while (true)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync();
                // With the move, or not at all: an e-mail that is pending again without a timer would wait for the sweep. Where
                // every e-mail is final, which is nearly always, the one statement is its own transaction.
                var wakes = batch.Exists(pending => pending.Move.WakeAt is not null);
                await using var transaction = wakes ? await connection.BeginTransactionAsync() : null;
                var moved = await Transitions.RecordAsync(connection, heartbeat.Sender, [.. batch.Select(pending => (pending.Move.Batch, pending.Move.Move))], CancellationToken.None);
                if (transaction is not null)
                {
                    await outbox.WakeAsync(
                        connection,
                        batch.Where(pending => pending.Move.WakeAt is not null && moved.Contains(pending.Move.Move.Id)).Select(pending => (pending.Move.Move.Id, pending.Move.WakeAt!.Value)),
                        CancellationToken.None);
                    await transaction.CommitAsync();
                }

                foreach (var pending in batch)
                    pending.Written.TrySetResult();
                return;
            }
            catch (Exception exception)
            {
                logger.OutcomesNotWritten(exception, batch.Count);
                await Task.Delay(_pause, time);
            }
        }
    }

    private async Task GiveBackLoopAsync(CancellationToken stoppingToken)
    {
        // A commit whose answer was lost may land whenever its connection comes alive again, so each of them, and they are
        // few, is looked for as long as this process lives.
        var abandoned = new List<Guid>();
        while (!stoppingToken.IsCancellationRequested)
        {
            while (_lost.TryDequeue(out var batch))
                abandoned.Add(batch);
            await GiveBackOnceAsync(abandoned);
            await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await GiveBackOnceAsync(abandoned);
    }

    private async Task GiveBackOnceAsync(List<Guid> abandoned)
    {
        if (abandoned.Count == 0)
            return;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var returned = await Transitions.GiveBackAsync(connection, heartbeat.Sender, abandoned, instance.Name, CancellationToken.None);
            await outbox.WakeAsync(connection, returned.Select(id => (id, DateTimeOffset.UnixEpoch)), CancellationToken.None);
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
