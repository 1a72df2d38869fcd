using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler.Recurring;

/// <summary>
/// Plans the next timer of each recurring schedule once the one before has gone out, in every instance. A cron expression is due once a
/// second at the most, so the next timer is there before it is due.
/// </summary>
internal sealed class RecurringLoop(
    RecurringClaims claims, RecurringTable table, TimerTable timers, NpgsqlDataSource dataSource, IBusControl bus,
    PostgresSchedulerOptions options, TimeProvider time, ILogger<RecurringLoop> logger)
    : BackgroundService
{
    // Between a due time and the commit of the pass that publishes what is due lie milliseconds.
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(25);

    private TimeSpan _pause = _shortest;

    /// <summary>Plans the next timers of some schedules. Returns how long to sleep.</summary>
    internal async Task<TimeSpan> RunOnceAsync(DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var claimed = await claims.ClaimAsync(connection, now, cancellationToken);
        var planned = new List<TimedMessage>();
        foreach (var one in claimed)
        {
            if (await PlanAsync(connection, one, cancellationToken) is { } message)
                planned.Add(message);
        }

        await timers.ScheduleAsync(connection, planned, cancellationToken);
        var (distance, waiting) = await claims.DistanceToNextAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (claimed.Count > 0)
        {
            _pause = _shortest;
            return TimeSpan.Zero;
        }

        // Something is due whose timer has not gone out: it will in a moment, or once the broker is back.
        var sleep = distance < options.LongestSleep ? distance.Value : options.LongestSleep;
        if (!waiting)
            return sleep;
        var pause = _pause;
        _pause = _pause * 2 < options.LongestSleep ? _pause * 2 : options.LongestSleep;
        return pause < sleep ? pause : sleep;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var sleep = options.LongestSleep;
            try
            {
                // While the broker is away nothing goes out, however often one looks.
                if (bus.CheckHealth().Status != BusHealthStatus.Unhealthy)
                    sleep = await RunOnceAsync(now: null, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.PlanningFailed(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (sleep > TimeSpan.Zero)
                await Task.Delay(sleep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimedMessage?> PlanAsync(NpgsqlConnection connection, ClaimedRecurring claimed, CancellationToken cancellationToken)
    {
        if (claimed.Schedule is not { } schedule)
        {
            await table.DeleteAsync(connection, claimed.Group, claimed.Id, cancellationToken);
            return null;
        }

        try
        {
            var before = schedule.Message.Due;
            if (schedule.CronSchedule.Next(before, claimed.Now) is not { } due)
            {
                await table.DeleteAsync(connection, claimed.Group, claimed.Id, cancellationToken);
                return null;
            }

            var message = RecurringMessage.Create(schedule, NewId.NextGuid(), due, before);
            await table.PlanAsync(connection, claimed.Group, claimed.Id, message.TokenId, due, paused: false, cancellationToken);
            return message;
        }
        catch (ArgumentException exception)
        {
            // Its zone was known where it was scheduled, and is not here. It stops no other, and is looked at again.
            logger.NotPlanned(claimed.Group, claimed.Id, exception.Message);
            await table.PlanAsync(
                connection, claimed.Group, claimed.Id, schedule.Message.TokenId, claimed.Now + CronSchedule.Tolerance, paused: false,
                cancellationToken);
            return null;
        }
    }
}
