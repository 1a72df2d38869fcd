using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>
/// The header fields of an e-mail that its caller sets. They are a part of its content, and stand in the small document that is rewritten
/// at each move.
/// </summary>
public abstract record EmailFields
{
    /// <summary>The most recipients of one e-mail: <see cref="To"/>, <see cref="Cc"/> and <see cref="Bcc"/> together.</summary>
    public const int MaxRecipients = 50;

    /// <summary>The longest subject, in characters: what one line may have (RFC 5322 section 2.1.1).</summary>
    public const int MaxSubject = 998;

    /// <summary>The longest mailbox, with its display name, in characters.</summary>
    public const int MaxMailbox = 998;

    /// <summary>The most extra headers.</summary>
    public const int MaxHeaders = 20;

    /// <summary>The longest value of an extra header, in characters, folded lines together.</summary>
    public const int MaxHeaderValue = 10_000;

    /// <summary>What a line of the header may hold, as a regular expression: no control characters but tabs.</summary>
    public const string LinePattern = @"^[^\u0000-\u0008\u000a-\u001f\u007f-\u009f]*$";

    /// <summary>The recipients; with <c>cc</c> and <c>bcc</c> at most 50.</summary>
    [JsonRequired, Length(1, MaxRecipients), Mailbox]
    public List<string> To { get; init; } = [];

    /// <summary>Recipients of a copy.</summary>
    [MaxLength(MaxRecipients), Mailbox]
    public List<string> Cc { get; init; } = [];

    /// <summary>Recipients that the others do not see: no header names them.</summary>
    [MaxLength(MaxRecipients), Mailbox]
    public List<string> Bcc { get; init; } = [];

    /// <summary>Where answers go.</summary>
    [Mailbox]
    public List<string> ReplyTo { get; init; } = [];

    /// <summary>The subject. Required, unless a template makes it.</summary>
    [StringLength(MaxSubject, MinimumLength = 1), RegularExpression(LinePattern)]
    public string Subject { get; init; } = "";

    /// <summary>Extra headers by name.</summary>
    [EmailHeaders]
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The files that it carries, in their order.</summary>
    public List<Attachment> Attachments { get; init; } = [];
}

/// <summary>
/// What an e-mail says and to whom. A request, an item of a config, a resend and the message are built on it, so that what is added here is
/// a part of all of them. <c>EmailContentTests</c> goes over its properties and fails where a place leaves one out.
/// </summary>
public record EmailContent : EmailFields
{
    /// <summary>Nothing yet.</summary>
    public EmailContent()
    {
    }

    // Not for others: it would leave out the text of a content that is passed as its fields.
    private EmailContent(EmailFields fields)
        : base(fields)
    {
    }

    /// <summary>The largest <see cref="Text"/> and the largest <see cref="Html"/>, in bytes of UTF-8.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>
    /// The body as plain text, at most 1 MiB of UTF-8. One of <c>text</c> and <c>html</c> is required, unless a template makes them.
    /// </summary>
    [MaxLength(MaxBody)]
    public string? Text { get; init; }

    /// <summary>
    /// The body as HTML, at most 1 MiB of UTF-8. One of <c>text</c> and <c>html</c> is required, unless a template makes them.
    /// </summary>
    [MaxLength(MaxBody)]
    public string? Html { get; init; }

    /// <summary>The content of an e-mail that was stored. Without its body, where that was erased.</summary>
    public static EmailContent From(ScheduledEmail email, EmailBody? body) => new(email) { Text = body?.Text, Html = body?.Html };

    /// <summary>
    /// The SHA-256 of content and times, in hexadecimal, by which a save knows what changed. Databases hold it: what an e-mail without some
    /// newer field comes to stays byte for byte what it was, or the first save after an upgrade would replace all that is pending.
    /// </summary>
    /// <param name="due">When it is due.</param>
    /// <param name="sendBefore">When it is no longer worth sending, where the caller said so.</param>
    public string Fingerprint(DateTimeOffset due, DateTimeOffset? sendBefore)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var addresses in (ReadOnlySpan<List<string>>)[To, Cc, Bcc, ReplyTo])
                JsonSerializer.Serialize(json, addresses);
            json.WriteStringValue(Subject);
            json.WriteStringValue(Text);
            json.WriteStringValue(Html);
            foreach (var (name, value) in Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
            {
                json.WriteStringValue(name);
                json.WriteStringValue(value);
            }

            json.WriteNumberValue(due.UtcTicks);
            json.WriteNumberValue(sendBefore?.UtcTicks ?? 0);
            // The size follows from the bytes.
            foreach (var attachment in Attachments)
                JsonSerializer.Serialize(json, new[] { attachment.Id, attachment.Filename, attachment.ContentType, attachment.ContentId });
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}

/// <summary>
/// A field that holds RFC 5322 mailboxes, with or without a display name; SMTPUTF8 local parts and IDN domains too.
/// </summary>
public sealed class MailboxAttribute : HoldsAttribute
{
    public MailboxAttribute()
        : base(
            "One mailbox, for example `Ada Lovelace <ada@example.com>`. A name with a comma or another special character is in quotes: "
            + "`\"Lovelace, Ada\" <ada@example.com>`.") =>
        (MaxLength, Pattern) = (EmailFields.MaxMailbox, EmailFields.LinePattern);
}

/// <summary>A field that holds extra headers.</summary>
public sealed class EmailHeadersAttribute : HoldsAttribute
{
    public EmailHeadersAttribute()
        : base(
            "Extra headers by name. Those that the system sets itself are refused: `From`, `Sender`, `To`, `Cc`, `Bcc`, `Reply-To`, "
            + "`Subject`, `Date`, `Message-ID`, `MIME-Version`, "
            + "`Content-*`, `Received`, `Return-Path`, `Auto-Submitted`, `DKIM-Signature`, `ARC-*`.",
            "At most 10,000 characters. ASCII travels as it is, folded at white space alone; a stretch without white space may have 997 "
            + "characters, since a line has 998 at the most. What is beyond ASCII travels in encoded-words (RFC 2047).") =>
        (MaxCount, MaxLength, Pattern) = (EmailFields.MaxHeaders, EmailFields.MaxHeaderValue, EmailFields.LinePattern);
}
