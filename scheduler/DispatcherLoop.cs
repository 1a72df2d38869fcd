using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PostgresScheduler;

/// <summary>
/// Runs two dispatchers from when the bus is ready until it stops. One sleeps until the next is due. The other helps while
/// batches are full, so that one claims and commits while the other waits for the broker.
/// </summary>
internal sealed class DispatcherLoop(
    Func<Dispatcher> dispatcher, DueSignal signal, IBusControl bus, PostgresSchedulerOptions options, TimeProvider time,
    ILogger<DispatcherLoop> logger)
    : BackgroundService, IAsyncDisposable
{
    // As often as MassTransit looks in WaitForHealthStatus.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    private readonly AsyncAutoResetEvent _help = new();

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
        _help.Dispose();
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
        await Task.WhenAll(
            signal.ListenAsync(stoppingToken),
            RunAsync(sleep => sleep is { } time ? signal.WaitAsync(time, stoppingToken) : AskForHelp(), stoppingToken),
            RunAsync(sleep => sleep is null ? Task.CompletedTask : _help.WaitAsync(Timeout.Infinite, stoppingToken), stoppingToken));
    }

    /// <summary>Passes, each followed by what <paramref name="pause"/> makes of the sleep it asks for; null after a full batch.</summary>
    private async Task RunAsync(Func<TimeSpan?, Task> pause, CancellationToken stoppingToken)
    {
        await using var one = dispatcher();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pause(await one.RunOnceAsync(now: null, stoppingToken));
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
    }

    private Task AskForHelp()
    {
        _help.Give();
        return Task.CompletedTask;
    }
}
