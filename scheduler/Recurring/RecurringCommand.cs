using MassTransit;
using MassTransit.Scheduling;

namespace PostgresScheduler.Recurring;

/// <summary>Reads MassTransit's command for a recurring schedule.</summary>
internal static class RecurringCommand
{
    /// <exception cref="ArgumentException">It lacks something, or has what is not served.</exception>
    internal static RecurringTimer Read(ConsumeContext<ScheduleRecurringMessage> consumed)
    {
        var command = consumed.Message;
        if (command is not { Destination: not null, Payload: not null, PayloadType.Length: > 0, Schedule.ScheduleId.Length: > 0 }
            || string.IsNullOrWhiteSpace(command.Schedule.CronExpression))
        {
            throw new ArgumentException(
                $"ScheduleRecurringMessage {consumed.MessageId} lacks its destination, payload, payload type, schedule id or expression.",
                nameof(consumed));
        }

        var schedule = command.Schedule;
        // The due time and the token are those of each occurrence.
        var message = ScheduledPayload.Unwrap(
            consumed, command.Payload, command.PayloadType, command.Destination, DateTimeOffset.UnixEpoch, command.CorrelationId);
        if (!RecurringMessage.CanBeMade(message.ContentType))
        {
            throw new NotSupportedException(
                $"Recurring schedule {schedule.ScheduleId} has messages of type {message.ContentType}. Those of a recurring schedule are "
                + "JSON, with MassTransit's envelope or without.");
        }

        // Without a zone it is the scheduler's own, as with MassTransit.Quartz.
        var zone = string.IsNullOrWhiteSpace(schedule.TimeZoneId) ? TimeZoneInfo.Local.Id : schedule.TimeZoneId;
        var read = new RecurringTimer(
            schedule.ScheduleGroup ?? "", schedule.ScheduleId, schedule.CronExpression, zone, schedule.EndTime, schedule.MisfirePolicy,
            message);
        _ = read.CronSchedule;
        return read;
    }
}
