using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>Writes what this process has counted every few seconds, and once more at its end.</summary>
public sealed class WriteOutcomeCounts(OutcomeCounter counter, TimeProvider time, ILogger<WriteOutcomeCounts> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var soon = new CancellationTokenSource(Stopping.Patience, time);
        await Stopping.RunAsync(WriteAsync, soon.Token, TimeSpan.Zero);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await counter.WriteAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
                logger.CountsNotWritten(exception);
        }
    }
}
