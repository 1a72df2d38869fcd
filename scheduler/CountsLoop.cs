using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>Counts the table for the metrics, often enough for an alert and rarely enough to cost nothing.</summary>
internal sealed class CountsLoop(
    NpgsqlDataSource dataSource, PostgresSchedulerOptions options, SchedulerMetrics metrics, TimeProvider time, ILogger<CountsLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                metrics.Show(await TimerCounts.ReadAsync(connection, options, stoppingToken));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.CountingFailed(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
