using Mail.Messages;
using MimeKit;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>A message and whom it is from and for, as the SMTP server is told.</summary>
internal sealed record OutgoingMessage(MimeMessage Message, MailboxAddress Sender, IReadOnlyList<MailboxAddress> Recipients)
{
    /// <summary>
    /// Whether the server must offer SMTPUTF8 (RFC 6531): a domain can be punycoded, what stands before the @ can't. A message
    /// may name more people than it goes to.
    /// </summary>
    public bool NeedsSmtpUtf8 { get; } =
        !Mailboxes.IsAsciiBeforeTheAt(Sender)
        || !All(Recipients, Mailboxes.IsAsciiBeforeTheAt)
        || !All(Message.To) || !All(Message.Cc) || !All(Message.ReplyTo);

    /// <summary>How large it is, about: its parts as they are stored, without headers.</summary>
    public long Bytes { get; } = Message.BodyParts.OfType<MimePart>().Sum(part => part.Content?.Stream?.Length ?? 0);

    /// <summary>Whether there is a domain that would have to be punycoded.</summary>
    public bool HasIdnDomain => Sender.IsInternational || !All(Recipients, static mailbox => !mailbox.IsInternational);

    private static bool All(InternetAddressList named)
    {
        for (var i = 0; i < named.Count; i++)
        {
            if (named[i] is MailboxAddress mailbox && !Mailboxes.IsAsciiBeforeTheAt(mailbox))
                return false;
        }

        return true;
    }

    // Without an enumerator: asked for every e-mail.
    private static bool All(IReadOnlyList<MailboxAddress> mailboxes, Func<MailboxAddress, bool> holds)
    {
        for (var i = 0; i < mailboxes.Count; i++)
        {
            if (!holds(mailboxes[i]))
                return false;
        }

        return true;
    }
}
