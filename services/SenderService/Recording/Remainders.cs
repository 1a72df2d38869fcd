using System.Security.Cryptography;
using Mail.Messages;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.Store;

namespace Mail.SenderService.Recording;

/// <summary>What an e-mail leaves for others of its recipients, where the server took it for some of them. Pure.</summary>
internal static class Remainders
{
    /// <summary>The remainder; null where nobody is left, or where it would not be worth sending any more.</summary>
    /// <param name="claimed">The original, as claimed.</param>
    /// <param name="refused">The recipients that the server refused.</param>
    /// <param name="now">The end of the hand-over, by the database's clock.</param>
    /// <param name="later">When recipients that were put off are tried again.</param>
    /// <param name="messageId">The Message-ID that the original went out under.</param>
    /// <param name="by">This instance.</param>
    internal static Remainder? Create(
        ClaimedEmail claimed, IReadOnlyList<RefusedRecipient> refused, DateTimeOffset now, DateTimeOffset later, string messageId,
        string by)
    {
        var left = refused.Where(recipient => recipient.Retry != RecipientRetry.None).ToList();
        // At once is the time of the claim, which the database's clock has certainly passed.
        var atOnce = left.Exists(recipient => recipient.Retry == RecipientRetry.AtOnce);
        var due = atOnce ? claimed.At : later;
        // A test is there to show what the server says, not to outlast it.
        if (left.Count == 0 || claimed.Email.Source == EmailSource.Test || due >= claimed.Email.SendBefore)
            return null;

        var words = string.Join("; ", left.Select(recipient => $"{recipient.Address}: {recipient.Reply}"));
        var email = Email(claimed, left, words, now, due, messageId, by);
        return new(email, EmailTransition.Line(Remainder.Event, $"{words}. They get it as {email.Id}.", by));
    }

    private static ScheduledEmail Email(
        ClaimedEmail claimed, List<RefusedRecipient> left, string words, DateTimeOffset now, DateTimeOffset due, string messageId,
        string by)
    {
        var original = claimed.Email;
        return original with
        {
            Id = IdOf(claimed),
            Key = null,
            Occurrence = null,
            Local = null,
            Tzdb = null,
            Source = EmailSource.Remainder,
            Revision = null,
            To = Left(original.To),
            Cc = Left(original.Cc),
            Bcc = Left(original.Bcc),
            Named = original.Named ?? new(original.To, original.Cc, original.Bcc),
            MessageOf = original.MessageOf ?? original.Id,
            RemainderOf = original.Id,
            ResendOf = null,
            Status = EmailStatus.Pending,
            DueAt = due,
            // Its own time to move: it is never worth sending for longer than the original is.
            SendBeforeSet = true,
            CreatedAt = now,
            Attempts = 0,
            MessageId = messageId,
            LastError = new(StageClock.Name(SmtpStage.RcptTo), words, left[0].Hint, Permanent: false, left[0].Verdict),
            ClaimedBy = null,
            ClaimBatch = null,
            WokenAt = null,
            Timeline = [TimelineEntry.Now(now, "scheduled", $"remainder of {original.Id}: {words}", by)],
        };

        List<string> Left(List<string> mailboxes) => mailboxes.FindAll(mailbox =>
            Mailboxes.Parse(mailbox).Address is var address
            && left.Exists(recipient => string.Equals(recipient.Address, address, StringComparison.OrdinalIgnoreCase)));
    }

    // The same claim always leaves the same remainder. A UUIDv7 (RFC 9562, 5.7), as the ids of all e-mails, since lists go by them.
    private static Guid IdOf(ClaimedEmail claimed)
    {
        Span<byte> name = stackalloc byte[32];
        claimed.Email.Id.TryWriteBytes(name);
        claimed.Email.ClaimBatch!.Value.TryWriteBytes(name[16..]);
        Span<byte> id = stackalloc byte[32];
        SHA256.HashData(name, id);
        Guid.CreateVersion7(claimed.At).TryWriteBytes(id[16..], bigEndian: true, out _);
        id[16..22].CopyTo(id);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id[..16], bigEndian: true);
    }
}
