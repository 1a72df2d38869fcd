using Mail.Store;

namespace Mail.Messages;

/// <summary>
/// An e-mail as it is to be sent. Its sender comes beside it, as <see cref="MessageFrom"/>. Extra headers that the system sets itself are
/// left out.
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

    /// <summary>
    /// A scheduled e-mail as it is to be sent. The message of a remainder is the first e-mail's, to the byte but for <c>Date</c>.
    /// </summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="body">What it says.</param>
    /// <param name="files">The bytes of its attachments.</param>
    public static OutgoingEmail From(ScheduledEmail email, EmailBody body, IReadOnlyDictionary<AttachmentId, EncodedFile> files)
    {
        var content = From(email, body);
        if (email.Named is { } named)
            content = content with { To = named.To, Cc = named.Cc, Bcc = named.Bcc };
        return new(content)
        {
            Id = email.MessageOf ?? email.Id,
            Files = files,
            Envelope = email.Named is null ? null : [.. email.To, .. email.Cc, .. email.Bcc],
            MessageId = email.MessageOf is null ? null : email.MessageId,
        };
    }
}
