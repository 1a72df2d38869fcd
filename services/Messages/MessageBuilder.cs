using System.Text;
using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>Makes the message of an e-mail: the same bytes for the same e-mail, sender and date.</summary>
public static class MessageBuilder
{
    /// <summary>Builds the message. Bcc is in the envelope only, see <see cref="Mailboxes.Recipients"/>.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="from">Whom it is from.</param>
    /// <param name="date">When it is handed over.</param>
    /// <exception cref="FormatException">An address is no address.</exception>
    public static MimeMessage Build(OutgoingEmail email, MessageFrom from, DateTimeOffset date)
    {
        var message = new MimeMessage { Date = date, MessageId = (email.MessageId ?? MessageId(email.Id, from.Email))[1..^1] };
        Write(message, "From", [new MailboxAddress(Encoding.UTF8, from.Name, Mailboxes.Parse(from.Email).Address)]);
        Write(message, "Reply-To", [.. email.ReplyTo.Select(Mailboxes.Parse)]);
        Write(message, "To", [.. email.To.Select(Mailboxes.Parse)]);
        Write(message, "Cc", [.. email.Cc.Select(Mailboxes.Parse)]);
        Write(message, "Subject", HeaderLines.Write("Subject", MessageText.OneLine(email.Subject)));
        // RFC 3834: keeps vacation responders from answering a machine.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        foreach (var (name, value) in email.Headers)
        {
            if (!ReservedHeaders.Contains(name))
                Write(message, name, HeaderLines.Write(name, MessageText.OneLine(value)));
        }

        message.MimeVersion = new Version(1, 0);
        message.Body = MessageBody.Build(email);
        return message;
    }

    /// <summary>
    /// The e-mail's Message-ID with its angle brackets: the same for every attempt, and for what an attempt leaves for others of its
    /// recipients.
    /// </summary>
    public static string MessageId(Guid id, string fromEmail)
    {
        var domain = MailboxAddress.EncodeAddrspec(fromEmail);
        return $"<{id:D}@{domain[(domain.LastIndexOf('@') + 1)..]}>";
    }

    private static void Write(MimeMessage message, string name, IReadOnlyList<MailboxAddress> mailboxes)
    {
        if (mailboxes.Count > 0)
            Write(message, name, AddressHeader.Write(name, mailboxes));
    }

    // The lines as they are: MimeKit would encode long words though they are ASCII, and make encoded-words longer than RFC 2047 allows.
    private static void Write(MimeMessage message, string name, string lines)
    {
        var header = new Header(Encoding.UTF8, name, "");
        header.SetRawValue(Encoding.UTF8.GetBytes(lines));
        message.Headers.Replace(header);
    }
}

/// <summary>Whom messages are from.</summary>
/// <param name="Email">A bare address.</param>
/// <param name="Name">The name beside it; empty for none.</param>
public sealed record MessageFrom(string Email, string Name);
