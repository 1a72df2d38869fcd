using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Wakes the dispatcher when something is scheduled that is due soon (LISTEN/NOTIFY). A notification lost with its
/// connection costs no more than the dispatcher's longest sleep.
/// </summary>
internal sealed class DueSignal(NpgsqlDataSource dataSource, PostgresSchedulerOptions options, TimeProvider time, ILogger<DueSignal> logger)
    : IDisposable
{
    private readonly AsyncAutoResetEvent _signal = new();

    /// <summary>Waits until something may have become due, or the time is over.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        // Timers tick in whole milliseconds and round down; waking a tick early would only find nothing due.
        var milliseconds = (int)Math.Ceiling(atMost.TotalMilliseconds);
        return milliseconds <= 0 ? Task.CompletedTask : _signal.WaitAsync(milliseconds, cancellationToken);
    }

    public void Dispose() => _signal.Dispose();

    internal async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, _) => _signal.Give();
                await using (var listen = new NpgsqlCommand($"listen {options.Channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                _signal.Give();
                while (true)
                    await connection.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.ListeningInterrupted(exception);
                await Task.Delay(options.LongestSleep, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
