namespace Mail.SchedulerService;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Dropped the events of {Days} days that are no longer kept")]
    public static partial void EventsDropped(this ILogger logger, int days);

    [LoggerMessage(LogLevel.Information, "Email scheduler started")]
    public static partial void SchedulerStarted(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "Client {ClientId:l}, revision {Revision}: {Scheduled} e-mails scheduled, {Cancelled} cancelled")]
    public static partial void Scheduled(this ILogger logger, string clientId, long revision, int scheduled, int cancelled);

    [LoggerMessage(LogLevel.Warning, "{Lost} e-mails are in doubt: the sender that had them in hand was not heard from")]
    public static partial void ClaimsLost(this ILogger logger, int lost);

    [LoggerMessage(LogLevel.Warning, "{Expired} e-mails are no longer worth sending")]
    public static partial void Expired(this ILogger logger, int expired);

    [LoggerMessage(LogLevel.Warning, "{Woken} overdue e-mails were woken again")]
    public static partial void Woken(this ILogger logger, int woken);

    [LoggerMessage(LogLevel.Error, "The sweep's duty {Duty:l} failed; it is tried again in seconds")]
    public static partial void DutyFailed(this ILogger logger, Exception exception, string duty);

    [LoggerMessage(LogLevel.Warning, "What is known of the sweep's duty {Duty:l} could not be removed; it may be said to be late")]
    public static partial void DutyNotRemoved(this ILogger logger, Exception exception, string duty);

    [LoggerMessage(LogLevel.Warning, "The backlog could not be looked at. Its metrics are missing until it can")]
    public static partial void BacklogNotSeen(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "{Made} occurrences of series were scheduled")]
    public static partial void SeriesToppedUp(this ILogger logger, int made);

    [LoggerMessage(LogLevel.Warning, "{Moved} e-mails have another time: the rules of their time zones changed with version {Version:l}")]
    public static partial void ZonesChanged(this ILogger logger, int moved, string version);

    [LoggerMessage(LogLevel.Information, "What {Erased} e-mails say was erased: it is kept for RETENTION_DAYS")]
    public static partial void Erased(this ILogger logger, int erased);

    // Not whose: the log outlives what was erased.
    [LoggerMessage(LogLevel.Information, "A revision was erased before it was scheduled")]
    public static partial void RevisionErased(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The senders' queue could not be declared")]
    public static partial void TopologyFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "This database is the one that is known: e-mails may be sent (count {Counter})")]
    public static partial void DatabaseTrusted(this ILogger logger, long counter);

    [LoggerMessage(LogLevel.Error, "Everything is held back. {Reason:l} POST /api/v1/release, or ./mail release, lets it go")]
    public static partial void FenceRaised(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Nothing is sent yet. {Reason:l}")]
    public static partial void FenceWaits(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Whether this database is the one that is known can't be told yet")]
    public static partial void FenceFailed(this ILogger logger, Exception exception);
}
