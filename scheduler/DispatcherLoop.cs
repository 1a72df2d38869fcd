using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PostgresScheduler;

/// <summary>
/// Runs two dispatchers from when the bus is ready until it stops. One of them keeps watch: it sleeps until the next timer is due. Once it
/// has claimed something it hands the watch over, so that what falls due while it waits for the broker does not wait for it.
/// </summary>
internal sealed class DispatcherLoop(
    Func<Dispatcher> dispatcher, DueSignal signal, IBusControl bus, PostgresSchedulerOptions options, TimeProvider time,
    ILogger<DispatcherLoop> logger)
    : BackgroundService, IAsyncDisposable
{
    // As often as MassTransit looks in WaitForHealthStatus.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _watch = new(1);

    /// <summary>
    /// Where a provider is disposed without a stop, the passes end before anything that they use is disposed: whoever waits at a semaphore
    /// that is disposed waits for ever, and a bus does not stop before those who use it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Dispose();
    }

    public override void Dispose()
    {
        base.Dispose();
        _watch.Dispose();
    }

    /// <summary>
    /// Waits until something can be published. A bus with an endpoint that is broken is degraded for good, and publishes none the worse.
    /// </summary>
    internal static async Task UntilReadyAsync(Func<BusHealthStatus> status, TimeProvider time, CancellationToken cancellationToken)
    {
        while (status() == BusHealthStatus.Unhealthy)
            await Task.Delay(_look, time, cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Stopping.RunAsync(LoopAsync, stoppingToken, options.ConfirmTimeout + Stopping.Patience);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        await UntilReadyAsync(() => bus.CheckHealth().Status, time, stoppingToken);
        logger.Started();
        await Task.WhenAll(signal.ListenAsync(stoppingToken), RunAsync(stoppingToken), RunAsync(stoppingToken));
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await using var one = dispatcher();
        var watches = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!watches)
                    await _watch.WaitAsync(stoppingToken);
                watches = true;
                var sleep = await one.RunOnceAsync(now: null, HandOver, stoppingToken);
                await (watches ? signal.WaitAsync(sleep, stoppingToken) : Task.Delay(sleep, time, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                logger.PassFailed(exception);
                await Task.Delay(options.LongestSleep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        void HandOver()
        {
            watches = false;
            _watch.Release();
        }
    }
}
