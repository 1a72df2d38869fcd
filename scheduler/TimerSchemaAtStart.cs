using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Brings the schema up to date before any hosted service starts, so that the application can schedule from its first
/// moment. A database that is not there yet is waited for.
/// </summary>
internal sealed class TimerSchemaAtStart(TimerSchema schema, PostgresSchedulerOptions options, TimeProvider time, ILogger<TimerSchemaAtStart> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Stopping.RunAsync(ApplyAsync, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await schema.ApplyAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception) when (exception.IsTransient)
            {
                logger.WaitingForDatabase(exception.Message);
                await Task.Delay(options.LongestSleep, time, cancellationToken);
            }
        }
    }
}
