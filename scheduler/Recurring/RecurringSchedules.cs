using MassTransit;
using MassTransit.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PostgresScheduler.Recurring;

/// <summary>
/// MassTransit's recurring schedules: what commands do with them. Commands overtake each other on their ways here; the one that was sent
/// last holds. Once a cancel or a pause is committed nothing more goes out.
/// </summary>
internal sealed class RecurringSchedules(
    RecurringTable table, TimerTable timers, TimerSchema schema, NpgsqlDataSource dataSource, ILogger<RecurringSchedules> logger)
{
    /// <summary>Schedules a message, or replaces what the same group and id stand for.</summary>
    /// <exception cref="ArgumentException">The command makes no sense: its sender gets a fault that says why.</exception>
    internal async Task ScheduleAsync(ConsumeContext<ScheduleRecurringMessage> consumed, DateTimeOffset? asked)
    {
        var schedule = RecurringCommand.Read(consumed);
        await WithAsync(schedule.Group, schedule.Id, async (connection, state, now) =>
        {
            if (state?.HoldsAgainstSchedule(asked) is true)
                return;
            var start = consumed.Message.Schedule.StartTime;
            var due = schedule.CronSchedule.From(start > now ? start : now)
                ?? throw new ArgumentException(
                    $"Recurring schedule {schedule.Group}/{schedule.Id} never comes: '{schedule.Cron}' has no time "
                    + $"from {(start > now ? start : now):O} to {schedule.End:O}.",
                    nameof(consumed));
            if (state is not null)
                await table.UnplanAsync(connection, state.Token, consumed.CancellationToken);
            var planned = RecurringMessage.Create(schedule, NewId.NextGuid(), due, previous: null);
            await table.SaveAsync(
                connection,
                schedule with { Message = schedule.Message with { TokenId = planned.TokenId, Due = due, AskedAt = asked } },
                consumed.CancellationToken);
            await timers.ScheduleAsync(connection, [planned], consumed.CancellationToken);
        }, consumed.CancellationToken);
    }

    /// <summary>Cancels a schedule, also one that is still under way.</summary>
    internal Task CancelAsync(string? group, string id, DateTimeOffset? asked, CancellationToken cancellationToken) =>
        WithAsync(group ?? "", id, async (connection, state, _) =>
        {
            if (state?.HoldsAgainstCancel(asked) is true)
                return;
            if (state is not null)
                await table.UnplanAsync(connection, state.Token, cancellationToken);
            await table.CancelAsync(connection, group ?? "", id, asked, cancellationToken);
        }, cancellationToken);

    /// <summary>Sends nothing of a schedule until it is resumed.</summary>
    internal Task PauseAsync(string? group, string id, DateTimeOffset? asked, CancellationToken cancellationToken) =>
        WithAsync(group ?? "", id, async (connection, state, now) =>
        {
            if (state?.Schedule is not { } schedule)
                logger.NoRecurringSchedule(group ?? "", id);
            else if (!state.Paused && !state.HoldsAgainstCancel(asked))
            {
                // What has gone out must not go out again once it is resumed.
                var next = await table.UnplanAsync(connection, state.Token, cancellationToken)
                    ? state.NextDue
                    : schedule.CronSchedule.Next(state.NextDue, now);
                if (next is { } due)
                    await table.PlanAsync(connection, schedule.Group, id, state.Token, due, paused: true, cancellationToken);
                else
                    await table.DeleteAsync(connection, schedule.Group, id, cancellationToken);
            }
        }, cancellationToken);

    /// <summary>
    /// Goes on with a schedule that is paused. What it missed is for the misfire policy: one message at once for all, or none.
    /// </summary>
    internal Task ResumeAsync(string? group, string id, DateTimeOffset? asked, CancellationToken cancellationToken) =>
        WithAsync(group ?? "", id, async (connection, state, _) =>
        {
            if (state?.Schedule is not { } schedule)
                logger.NoRecurringSchedule(group ?? "", id);
            else if (state.Paused && !state.HoldsAgainstCancel(asked))
            {
                var planned = RecurringMessage.Create(schedule, NewId.NextGuid(), state.NextDue, previous: null);
                await table.PlanAsync(
                    connection, schedule.Group, id, planned.TokenId, state.NextDue, paused: false, cancellationToken);
                await timers.ScheduleAsync(connection, [planned], cancellationToken);
            }
        }, cancellationToken);

    private async Task WithAsync(
        string group, string id, Func<NpgsqlConnection, RecurringState?, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (state, now) = await table.FindAsync(connection, group, id, cancellationToken);
        await change(connection, state, now);
        await transaction.CommitAsync(cancellationToken);
    }
}
