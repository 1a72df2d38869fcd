using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Messages;

/// <summary>An e-mail as it is to be sent. Its sender comes from <see cref="SmtpOptions"/>.</summary>
/// <param name="Id">Its id, which the Message-ID is made from.</param>
/// <param name="To">RFC 5322 mailboxes, with or without a display name; SMTPUTF8 local parts and IDN domains too.</param>
/// <param name="Cc">As <paramref name="To"/>.</param>
/// <param name="Bcc">As <paramref name="To"/>, but in the envelope only: no header names them.</param>
/// <param name="ReplyTo">As <paramref name="To"/>.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The plain-text body, if any.</param>
/// <param name="Html">The HTML body, if any.</param>
/// <param name="Headers">Extra headers; those that the system sets itself are left out.</param>
public sealed record OutgoingEmail(
    Guid Id,
    IReadOnlyList<string> To,
    IReadOnlyList<string> Cc,
    IReadOnlyList<string> Bcc,
    IReadOnlyList<string> ReplyTo,
    string Subject,
    string? Text,
    string? Html,
    IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Whom it goes to, where those are fewer than <see cref="To"/>, <see cref="Cc"/> and <see cref="Bcc"/> name; null for all of those.</summary>
    public IReadOnlyList<string>? Envelope { get; init; }

    /// <summary>The Message-ID with its angle brackets, where it was made before; null where it is to be made from <see cref="Id"/>.</summary>
    public string? MessageId { get; init; }
}
