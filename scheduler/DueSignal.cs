using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Wakes the dispatcher when the next timer is due, or when something is scheduled that is due soon (LISTEN/NOTIFY). A notification lost
/// with its connection costs no more than the dispatcher's longest sleep.
/// </summary>
internal sealed class DueSignal : IDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly PostgresSchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DueSignal> _logger;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly PreciseTimer _timer;

    public DueSignal(NpgsqlDataSource dataSource, PostgresSchedulerOptions options, TimeProvider time, ILogger<DueSignal> logger)
    {
        (_dataSource, _options, _time, _logger) = (dataSource, options, time, logger);
        _timer = new(Give);
    }

    /// <summary>Waits until something may have become due, or the time is over.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost <= TimeSpan.Zero)
            return Task.CompletedTask;
        _timer.Set(atMost);
        return _signal.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _signal.Dispose();
    }

    internal async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, _) => Give();
                await using (var listen = new NpgsqlCommand($"listen {_options.Channel}", connection))
                    await listen.ExecuteNonQueryAsync(cancellationToken);
                Give();
                while (true)
                    await connection.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _logger.ListeningInterrupted(exception);
                await Task.Delay(_options.LongestSleep, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Give()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already pending, and who it wakes looks at everything there is.
        }
    }
}
