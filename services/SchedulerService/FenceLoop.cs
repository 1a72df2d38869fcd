using Microsoft.Extensions.Diagnostics.HealthChecks;
using PostgresScheduler;

namespace Mail.SchedulerService;

/// <summary>Checks every second, until the service stops, whether the database is still the one that is known.</summary>
internal sealed class FenceLoop(FenceCheck check, TimeProvider time, ILogger<FenceLoop> logger) : BackgroundService, IHealthCheck
{
    private volatile string? _trouble = "The database has not been checked yet.";

    /// <summary>Ready once it is known whether e-mails may be sent; they wait until then.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var waitsFor = await check.RunOnceAsync(stoppingToken);
                if (waitsFor is not null && _trouble != waitsFor)
                    logger.FenceWaits(waitsFor);
                _trouble = waitsFor;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var trouble = FenceTrouble.Describe(exception);
                // Each second the same again would only hide the rest.
                if (_trouble != trouble)
                    logger.FenceFailed(exception);
                _trouble = trouble;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(FenceCheck.Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
