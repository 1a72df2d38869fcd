using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>Mailboxes, as they may stand in an SMTP command.</summary>
public static class Mailboxes
{
    /// <summary>Everybody the e-mail goes to, each once: the envelope or, where it has none, To, Cc and Bcc.</summary>
    /// <exception cref="FormatException">One of them is no address.</exception>
    public static IReadOnlyList<MailboxAddress> Recipients(OutgoingEmail email)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var recipients = new List<MailboxAddress>(email.To.Count + email.Cc.Count + email.Bcc.Count);
        foreach (var list in email.Envelope is { } envelope
            ? (ReadOnlySpan<IReadOnlyList<string>>)[envelope]
            : [email.To, email.Cc, email.Bcc])
        {
            foreach (var text in list)
            {
                var mailbox = Parse(text);
                if (seen.Add(mailbox.Address))
                    recipients.Add(mailbox);
            }
        }

        return recipients;
    }

    /// <summary>A mailbox, with or without a display name, as <see cref="Mailbox"/> reads it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static MailboxAddress Parse(string text)
    {
        if (Mailbox.Parse(text, out _) is { } mailbox)
            return new MailboxAddress(System.Text.Encoding.UTF8, mailbox.Name, mailbox.Address);
        // What an earlier version accepted is still scheduled: a comment, a name that is quoted in part.
        return MailboxAddress.TryParse(text, out var former) && IsSafe(former)
            ? former
            : throw new FormatException($"'{text}' is no e-mail address");
    }

    /// <summary>Whether the text is an address and nothing else: no display name.</summary>
    public static bool IsBare(string text) => Mailbox.Parse(text, out _)?.Address == text;

    /// <summary>Whether what stands before the @ is ASCII.</summary>
    public static bool IsAsciiBeforeTheAt(MailboxAddress mailbox) => System.Text.Ascii.IsValid(mailbox.LocalPart);

    // MimeKit takes a line break within a quoted local part, and a mailbox without a domain. The first would end the
    // RCPT command and begin another of the caller's choosing.
    private static bool IsSafe(MailboxAddress mailbox) =>
        mailbox.LocalPart.Length > 0 && mailbox.Domain.Length > 0 && mailbox.Route.Count == 0 && !mailbox.Address.Any(char.IsControl);
}
