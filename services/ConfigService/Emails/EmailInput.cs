using System.Text.Json;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>An e-mail as a caller hands it over, with its rules.</summary>
internal sealed record EmailInput
{
    internal const int MaxRecipients = 50;
    internal const int MaxHeaders = 20;
    internal const int MaxSubject = 998;
    internal const int MaxBody = 1024 * 1024;
    internal const int MaxKey = 128;

    private static readonly string[] _fields = ["to", "cc", "bcc", "reply_to", "subject", "text", "html", "headers", "attachments", "scheduled_datetime", "send_before"];

    public string? Key { get; init; }
    public required EmailContent Content { get; init; }

    /// <summary>Where it stands in the body.</summary>
    public string Pointer { get; init; } = "";

    /// <summary>Its attachments; the content has them once it is known what the client has stored of them, see <see cref="EmailAttachments"/>.</summary>
    public IReadOnlyList<AttachmentInput> Attachments { get; init; } = [];

    public DateTimeOffset? ScheduledDatetime { get; init; }
    public DateTimeOffset? SendBefore { get; init; }

    /// <summary>
    /// Reads one e-mail. What is wrong goes to <paramref name="errors"/>, and the result is then not to be used.
    /// </summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="inConfig">
    /// Whether it is an item of a config. It may have a key and must have a time, and what <c>GET</c> shows beside is ignored.
    /// </param>
    internal static EmailInput Read(JsonElement element, string pointer, Errors errors, bool inConfig) =>
        Read(new ObjectReader(element, pointer, errors, inConfig ? ["key", "id", "status", .. _fields] : _fields), pointer, inConfig);

    /// <summary>Reads a body that is one e-mail outside a config.</summary>
    internal static EmailInput Read(ReadOnlyMemory<byte> body, Errors errors) => Read(new ObjectReader(body, errors, _fields), "", inConfig: false);

    private static EmailInput Read(ObjectReader fields, string pointer, bool inConfig)
    {
        if (!fields.IsObject)
            return _none;
        var errors = fields.Errors;

        var input = new EmailInput
        {
            Pointer = pointer,
            Attachments = AttachmentInput.Read(fields, inConfig),
            Key = inConfig ? fields.Line("key", MaxKey) : null,
            Content = new()
            {
                To = Addresses(fields, "to", required: true),
                Cc = Addresses(fields, "cc"),
                Bcc = Addresses(fields, "bcc"),
                ReplyTo = Addresses(fields, "reply_to"),
                Subject = fields.Line("subject", MaxSubject, required: true) ?? "",
                Text = fields.Body("text", MaxBody),
                Html = fields.Body("html", MaxBody),
                Headers = HeaderRules.Read(fields),
            },
            ScheduledDatetime = fields.Time("scheduled_datetime", required: inConfig),
            SendBefore = fields.Time("send_before"),
        };
        if (input.Key is { Length: 0 })
            errors.Add(fields.Pointer("key"), "must not be empty: leave it out, or name the item");
        if (!fields.Has("text") && !fields.Has("html"))
            errors.Add(pointer, "has neither text nor html: one of them is required");
        if (input.Content.To.Count + input.Content.Cc.Count + input.Content.Bcc.Count > MaxRecipients)
            errors.Add(fields.Pointer("to"), $"makes more than {MaxRecipients} recipients, with cc and bcc");
        ContentIdRules.Check(fields, input.Content.Html, input.Attachments);
        if (input.SendBefore <= input.ScheduledDatetime)
            errors.Add(fields.Pointer("send_before"), "must be after scheduled_datetime");
        return input;
    }

    private static List<string> Addresses(ObjectReader fields, string field, bool required = false)
    {
        var addresses = new List<string>();
        var any = false;
        foreach (var (element, pointer) in fields.Items(field, required))
        {
            any = true;
            if (!ObjectReader.TryString(element, pointer, fields.Errors, out var text))
                continue;
            if (AddressRules.Refuse(text) is { } sentence)
                fields.Errors.Add(pointer, sentence);
            addresses.Add(text);
        }

        if (required && !any && fields.IsArray(field))
            fields.Errors.Add(fields.Pointer(field), "must name at least one recipient");
        return addresses;
    }

    private static readonly EmailInput _none = new() { Content = new() };
}
