using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Verdicts;
using MailKit.Net.Smtp;
using MimeKit;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>One e-mail over an open connection: MAIL, RCPT, DATA, the message and its final dot.</summary>
internal static class SmtpConversation
{
    private static readonly FormatOptions _ascii = FormatOptions.Default.Clone();
    private static readonly FormatOptions _utf8 = International();

    /// <summary>Never throws for what a server does; the attempt says it.</summary>
    /// <param name="session">The open connection.</param>
    /// <param name="envelope">What goes over it.</param>
    /// <param name="mayFinish">Asked as the last thing before the final dot; false keeps it back.</param>
    /// <param name="untilData">Breaks it off, but not once the final dot is being written.</param>
    public static async Task<DeliveryAttempt> RunAsync(
        SmtpSession session, OutgoingMessage envelope, Func<bool>? mayFinish, CancellationToken untilData)
    {
        if (envelope.NeedsSmtpUtf8 && !session.CarriesUtf8)
        {
            return new DeliveryAttempt(SmtpStage.MailFrom)
            {
                Fault = SmtpFault.NoSmtpUtf8,
                Error = "an address has characters beyond ASCII before its @, and the server does not offer SMTPUTF8",
            };
        }

        var wire = session.Stream;
        wire.Begin(mayFinish, envelope.Bytes);
        session.Begin(envelope);
        await using var abort = untilData.UnsafeRegister(static wire => ((SmtpStream)wire!).Abort(), wire);
        try
        {
            // The token stays out of MailKit: it would also end the wait for the reply to the final dot.
            var text = await session.SendAsync(
                envelope.NeedsSmtpUtf8 ? _utf8 : _ascii, envelope.Message, envelope.Sender, envelope.Recipients, CancellationToken.None);
            return Taken(session, 250, SmtpReply.Compose(250, text));
        }
        catch (SmtpCommandException odd) when (wire.DotLeft && (int)odd.StatusCode is >= 200 and < 300)
        {
            // MailKit takes 250 alone for a yes; RFC 5321, 4.2.1 any 2yz.
            return Taken(session, (int)odd.StatusCode, SmtpReply.Compose((int)odd.StatusCode, odd.Message));
        }
        catch (SmtpCommandException) when (session is { AllRefused: true, Stage: SmtpStage.RcptTo })
        {
            return NobodyLeft(session);
        }
        catch (Exception exception)
        {
            return AttemptFailure.Describe(exception, session.Stage, wire) with
            {
                RefusedRecipients = session.Refused,
                Said = session.Said,
            };
        }
        finally
        {
            wire.Clock.End();
        }
    }

    private static DeliveryAttempt Taken(SmtpSession session, int code, string reply) =>
        new(SmtpStage.EndOfData)
        {
            Accepted = true,
            DotFlushed = true,
            ReplyCode = code,
            Reply = reply,
            RefusedRecipients = session.Refused,
        };

    // MailKit says "554 No recipients were accepted", which nobody said. What is not the recipient's comes first, then what is not for
    // good: it is what decides.
    private static DeliveryAttempt NobodyLeft(SmtpSession session)
    {
        var telling = session.Refused.FirstOrDefault(refused => refused.Kind > VerdictKind.EmailLater)
            ?? session.Refused.FirstOrDefault(refused => refused.Code < 500 || refused.Retry != RecipientRetry.None)
            ?? session.Refused[0];
        return new DeliveryAttempt(SmtpStage.RcptTo)
        {
            AllRefused = true,
            ReplyCode = telling.Code,
            Reply = telling.Reply,
            RefusedRecipients = session.Refused,
            Said = session.Said,
        };
    }

    private static FormatOptions International()
    {
        var format = FormatOptions.Default.Clone();
        format.International = true;
        return format;
    }
}
