using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PostgresScheduler;

/// <summary>Runs the dispatcher from when the bus is ready until shortly before it stops.</summary>
internal sealed class DispatcherLoop(
    Dispatcher dispatcher, DueSignal signal, IBusControl bus, PostgresSchedulerOptions options, TimeProvider time, ILogger<DispatcherLoop> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        logger.Started();
        var listening = signal.ListenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.WaitAsync(await dispatcher.RunOnceAsync(now: null, stoppingToken), stoppingToken);
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

        await listening;
    }
}
