using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>The header fields of an e-mail that its caller sets. They are a part of its content, and stand in the small document that is rewritten at each move.</summary>
public abstract record EmailFields
{
    /// <summary>RFC 5322 mailboxes, with or without a display name; SMTPUTF8 local parts and IDN domains too.</summary>
    [JsonRequired]
    public List<string> To { get; init; } = [];

    /// <summary>As <see cref="To"/>.</summary>
    public List<string> Cc { get; init; } = [];

    /// <summary>As <see cref="To"/>, but in the envelope only: no header names them.</summary>
    public List<string> Bcc { get; init; } = [];

    /// <summary>As <see cref="To"/>.</summary>
    public List<string> ReplyTo { get; init; } = [];

    /// <summary>The subject.</summary>
    [JsonRequired]
    public string Subject { get; init; } = "";

    /// <summary>Extra headers, by name.</summary>
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

    /// <summary>The plain text; null where there is HTML alone.</summary>
    public string? Text { get; init; }

    /// <summary>The HTML; null where there is plain text alone.</summary>
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
