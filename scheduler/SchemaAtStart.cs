using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Brings a schema up to date before any hosted service starts, or in its turn where whoever starts the services knows of
/// <see cref="IHostedService.StartAsync"/> alone, as MassTransit's test harness does. A database that is not there yet is waited for:
/// applications and servers start in any order.
/// </summary>
/// <param name="pause">How long to wait between two tries.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Told of each try that failed.</param>
internal abstract class SchemaAtStart(TimeSpan pause, TimeProvider time, ILogger logger) : IHostedLifecycleService
{
    private bool _applied;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Stopping.RunAsync(TryUntilAppliedAsync, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _applied = true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => _applied ? Task.CompletedTask : StartingAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task ApplyAsync(CancellationToken cancellationToken);

    /// <summary>Whether what failed may succeed later.</summary>
    protected virtual bool IsWorthAnotherTry(NpgsqlException exception) => exception.IsTransient;

    // What Npgsql wraps says why, such as that a certificate is not trusted.
    private static string Reason(NpgsqlException exception) =>
        exception.GetBaseException() is var cause && !exception.Message.Contains(cause.Message, StringComparison.Ordinal)
            ? $"{exception.Message}: {cause.Message}"
            : exception.Message;

    private async Task TryUntilAppliedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ApplyAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception) when (IsWorthAnotherTry(exception))
            {
                logger.WaitingForDatabase(Reason(exception));
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}

/// <summary>The schema of the timer table, so that the application can schedule from its first moment.</summary>
internal sealed class TimerSchemaAtStart(
    TimerSchema schema, PostgresSchedulerOptions options, TimeProvider time, ILogger<TimerSchemaAtStart> logger)
    : SchemaAtStart(options.LongestSleep, time, logger)
{
    protected override Task ApplyAsync(CancellationToken cancellationToken) => schema.ApplyAsync(cancellationToken);
}
