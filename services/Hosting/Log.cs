namespace Mail.Hosting;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The bus did not stop in time. The broker hands out again what was under way")]
    public static partial void BusNotStopped(this ILogger logger, Exception exception);

    [LoggerMessage(
        LogLevel.Critical,
        "The service has not ended {GraceTime} after it was told to stop: it ends now. What was under way is taken up by the other "
        + "instances, or at the next start")]
    public static partial void GraceTimeOver(this ILogger logger, TimeSpan graceTime);
}
