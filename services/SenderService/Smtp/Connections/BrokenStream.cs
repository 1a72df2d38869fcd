using System.Net.Sockets;
using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>What an exception of the stream beneath says of the conversation.</summary>
internal static class BrokenStream
{
    /// <summary>Whether the stream broke, or a step took too long.</summary>
    public static bool IsBreak(Exception exception) =>
        exception is OperationCanceledException or SocketException or ObjectDisposedException or (IOException and not SmtpTrouble);

    /// <summary>The trouble that the conversation ends with.</summary>
    /// <param name="exception">One of those of <see cref="IsBreak"/>.</param>
    /// <param name="isAborted">Whether this side closed the connection, before the final dot.</param>
    public static SmtpTrouble ToTrouble(Exception exception, bool isAborted) => exception switch
    {
        _ when isAborted => new SmtpTrouble(SmtpFault.Stopped, "stopped before the final dot", exception),
        OperationCanceledException => new SmtpTrouble(SmtpFault.TimedOut, "no answer in time", exception),
        _ => new SmtpTrouble(SmtpFault.Dropped, "the connection was reset", exception)
    };
}
