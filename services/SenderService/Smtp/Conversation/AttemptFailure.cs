using System.Net.Sockets;
using Mail.SenderService.Smtp.Connections;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>Reads what an exception says, and what it leaves out, into a <see cref="DeliveryAttempt"/>.</summary>
internal static class AttemptFailure
{
    /// <summary>The server's words stay where there are any; what MailKit's exception dropped is heard on the wire.</summary>
    public static DeliveryAttempt Describe(Exception exception, SmtpStage stage, SmtpStream? wire)
    {
        var seen = new DeliveryAttempt(stage) { DotFlushed = wire?.DotLeft ?? false, SaidHello = wire?.SaidHello ?? false };
        return exception switch
        {
            _ when wire is { IsAborted: true } => Broken(SmtpFault.Stopped, "stopped before the final dot"),
            SmtpTrouble { Fault: SmtpFault.Dropped or SmtpFault.Garbage } when wire?.Farewell is (int code, string reply) =>
                seen with { ReplyCode = code, Reply = reply },
            SmtpTrouble { Fault: SmtpFault.Garbage } when wire is { Ended: true } =>
                Broken(SmtpFault.Dropped, "the server closed the connection before the end of the message"),
            SmtpTrouble { Fault: SmtpFault.TokenRefused } refused => seen with { Fault = refused.Fault, Reply = refused.Message },
            SmtpTrouble trouble => Broken(trouble.Fault, trouble.Message),
            OperationCanceledException => Broken(SmtpFault.Stopped, "stopped before it was connected"),
            SmtpCommandException refused => Answered((int)refused.StatusCode, refused.Message),
            ServiceNotAuthenticatedException refused => Answered(530, refused.Message),
            AuthenticationException =>
                Broken(SmtpFault.LoginRefused, "the login was refused") with { ReplyCode = wire?.Heard.Code, Reply = wire?.Heard.Reply },
            SmtpProtocolException when wire is { Ended: true, Farewell: (int code, string reply) } =>
                seen with { ReplyCode = code, Reply = reply },
            SmtpProtocolException when wire is { Ended: true } => Broken(SmtpFault.Dropped, "the server closed the connection"),
            SmtpProtocolException garbage => Broken(SmtpFault.Garbage, garbage.Message) with { Reply = wire?.Heard.Reply },
            SocketException broken => Broken(SmtpFault.Dropped, broken.Message),
            _ => Broken(SmtpFault.Unsendable, exception.Message)
        };

        DeliveryAttempt Broken(SmtpFault fault, string error) => seen with { Fault = fault, Error = error };

        DeliveryAttempt Answered(int code, string text) => seen with { ReplyCode = code, Reply = SmtpReply.Compose(code, text) };
    }
}
