using Microsoft.Extensions.Logging;

namespace Mail.Hosting;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The database is not there yet: {Reason:l}. Trying again in a second")]
    public static partial void WaitingForDatabase(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The counts of outcomes could not be written. Trying again in a few seconds")]
    public static partial void CountsNotWritten(this ILogger logger, Exception exception);
}
