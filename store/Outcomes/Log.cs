using Microsoft.Extensions.Logging;

namespace Mail.Store;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The counts of outcomes could not be written. Trying again in a few seconds")]
    public static partial void CountsNotWritten(this ILogger logger, Exception exception);
}
