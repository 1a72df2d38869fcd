using MassTransit.Scheduling;

namespace PostgresScheduler.Recurring;

/// <summary>A row of the recurring schedules: what it sends, and the one timer that is planned for it.</summary>
/// <param name="Group">The schedule's group; empty where it has none.</param>
/// <param name="Id">The schedule's id within its group.</param>
/// <param name="Cron">Its expression, as it was given.</param>
/// <param name="TimeZone">The zone on whose wall clock it goes.</param>
/// <param name="End">No occurrence is later; null where it has no end.</param>
/// <param name="Misfire">What becomes of an occurrence that is more than a minute late.</param>
/// <param name="Message">The message of every occurrence, with the token and the due time of the one that is planned.</param>
internal sealed record RecurringTimer(
    string Group, string Id, string Cron, string TimeZone, DateTimeOffset? End, MissedEventPolicy Misfire, TimedMessage Message)
{
    internal CronSchedule CronSchedule => CronSchedule.Parse(Cron, TimeZone, End);
}
