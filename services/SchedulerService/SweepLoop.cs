using PostgresScheduler;

namespace Mail.SchedulerService;

/// <summary>
/// Sweeps until the service stops, each duty in a loop of its own: one that fails, or that waits, stops no other. What fails is tried
/// again seconds later.
/// </summary>
internal sealed class SweepLoop(Sweep sweep, Duties duties, TimeProvider time, ILogger<SweepLoop> logger) : BackgroundService
{
    // Beyond what each statement may take: a connection that is cut without a reset answers no cancel request either.
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private Task LoopAsync(CancellationToken stoppingToken)
    {
        logger.SchedulerStarted();
        var all = duties.All;
        var loops = all.Select(duty => RunAsync(duty, stoppingToken));
        return Task.WhenAll(all.Any(duty => duty.Name == Duties.Retention) ? loops : loops.Append(ForgetRetentionAsync(stoppingToken)));
    }

    private async Task RunAsync(Duty duty, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Sweep.Pause;
            try
            {
                pause = await sweep.RunOnceAsync(duty, stoppingToken)
                    .WaitAsync(duty.PrepareAsync is null ? _longest : Timeout.InfiniteTimeSpan, time, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                await sweep.TellFailureAsync(duty, exception, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Without RETENTION_DAYS this duty never runs, and its age would raise an alert for no reason.
    private async Task ForgetRetentionAsync(CancellationToken stoppingToken)
    {
        try
        {
            await sweep.RemoveAsync(Duties.Retention, stoppingToken);
        }
        catch (Exception exception)
        {
            if (!stoppingToken.IsCancellationRequested)
                logger.DutyNotRemoved(exception, Duties.Retention);
        }
    }
}
