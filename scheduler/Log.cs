using Microsoft.Extensions.Logging;

namespace PostgresScheduler;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Message scheduler started")]
    public static partial void Started(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The database is not there yet: {Reason:l}. Trying again")]
    public static partial void WaitingForDatabase(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Listening for due timers was interrupted; the dispatcher looks once a second until it is back")]
    public static partial void ListeningInterrupted(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "A pass over the due timers failed; what it had claimed is back in the table")]
    public static partial void PassFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The timers could not be counted; the metrics show the last count")]
    public static partial void CountingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The next timers of recurring schedules could not be planned; they are planned a second later")]
    public static partial void PlanningFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "Recurring schedule {Group}/{Id} can't be planned: {Reason}. It is tried again in a minute")]
    public static partial void NotPlanned(this ILogger logger, string group, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "There is no recurring schedule {Group}/{Id} to pause or to resume")]
    public static partial void NoRecurringSchedule(this ILogger logger, string group, string id);

    [LoggerMessage(LogLevel.Warning, "The broker is away: {Reason}. Nothing is claimed until it is back")]
    public static partial void BrokerAway(this ILogger logger, string reason);

    public static void NotPublished(this ILogger logger, PutBack back)
    {
        if (back.Pause is null)
            logger.SetAside(back.Timer.TokenId, back.Timer.Destination, back.Reason);
        else if (back.Attempts > back.Timer.Attempts)
            logger.Refused(back.Timer.TokenId, back.Timer.Destination, back.Attempts, back.Reason);
        else
            logger.Unconfirmed(back.Timer.TokenId, back.Timer.Destination, back.Reason);
    }

    [LoggerMessage(LogLevel.Debug, "Timer {TokenId} for {Destination} was not confirmed: {Reason}. It is published again")]
    private static partial void Unconfirmed(this ILogger logger, Guid tokenId, string? destination, string? reason);

    [LoggerMessage(LogLevel.Warning, "Timer {TokenId} for {Destination} was refused (attempt {Attempt}): {Reason}. It is tried again")]
    private static partial void Refused(this ILogger logger, Guid tokenId, string? destination, int attempt, string? reason);

    [LoggerMessage(LogLevel.Error, "Timer {TokenId} for {Destination} is set aside: {Reason}")]
    private static partial void SetAside(this ILogger logger, Guid tokenId, string? destination, string? reason);
}
