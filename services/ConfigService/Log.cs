namespace Mail.ConfigService;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "{Method:l} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(
        LogLevel.Information,
        "Client {ClientId:l} saved revision {Revision}: {Scheduled} scheduled, {Superseded} superseded, {Removed} removed, {Kept} kept")]
    public static partial void ConfigSaved(
        this ILogger logger, string clientId, long revision, int scheduled, int superseded, int removed, int kept);

    [LoggerMessage(LogLevel.Information, "The first request will be a slow one: {Reason:l}")]
    public static partial void WarmUpFailed(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Could not look for events; those who wait for some are answered when their time is over")]
    public static partial void EventsNotSeen(this ILogger logger, Exception exception);

    // Not whose: the log outlives what was erased.
    [LoggerMessage(LogLevel.Warning, "A client was erased, with {Emails} e-mails")]
    public static partial void ClientErased(this ILogger logger, long emails);
}
