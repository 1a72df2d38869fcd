using Mail.SenderService.Attachments;
using Mail.SenderService.Smtp.Settings;
using Mail.Store;

namespace Mail.SenderService.Smtp.Messages;

/// <summary>
/// An e-mail as it is to be sent. Its sender comes from <see cref="SmtpOptions"/>. Extra headers that the system sets itself are left out.
/// </summary>
public sealed record OutgoingEmail : EmailContent
{
    /// <summary>With this content.</summary>
    public OutgoingEmail(EmailContent content)
        : base(content)
    {
    }

    /// <summary>Its id, which the Message-ID is made from.</summary>
    public required Guid Id { get; init; }

    /// <summary>The bytes of its attachments.</summary>
    public IReadOnlyDictionary<AttachmentId, EncodedFile> Files { get; init; } = new Dictionary<AttachmentId, EncodedFile>();

    /// <summary>Whom it goes to, where those are fewer than the content names in to, cc and bcc; null for all of those.</summary>
    public IReadOnlyList<string>? Envelope { get; init; }

    /// <summary>
    /// The Message-ID with its angle brackets, where it was made before; null where it is to be made from <see cref="Id"/>.
    /// </summary>
    public string? MessageId { get; init; }
}
