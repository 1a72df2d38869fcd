namespace Mail.SchedulerService;

/// <summary>Sweeps until the service stops; a pass that fails is tried again at the next.</summary>
internal sealed class SweepLoop(Sweep sweep, TimeProvider time, ILogger<SweepLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.SchedulerStarted();
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Sweep.Pause;
            try
            {
                pause = await sweep.RunOnceAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                logger.SweepFailed(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
