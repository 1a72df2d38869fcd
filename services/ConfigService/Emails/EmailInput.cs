using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>One e-mail outside the config.</summary>
[Example("""
    {"to":["Ada Lovelace <ada@example.com>"],"subject":"Your receipt","text":"Thank you, Ada",
     "scheduled_datetime":"2026-12-01T09:00:00+01:00"}
    """)]
internal record EmailInput : EmailContent
{
    internal const int MaxHeaders = 20;

    private static readonly string[] _fields =
    [
        "to", "cc", "bcc", "reply_to", "subject", "text", "html", "headers", "attachments", "scheduled_datetime", "send_before", "template",
    ];

    internal EmailInput(EmailContent content)
        : base(content)
    {
    }

    /// <summary>The files that it carries, in their order.</summary>
    /// <remarks>
    /// As they are written. The content's own are set by <see cref="EmailAttachments"/>, once it is known what the client has stored.
    /// </remarks>
    [MaxLength(AttachmentLimits.MaxCount)]
    public new IReadOnlyList<AttachmentInput>? Attachments { get; init; }

    /// <summary>The attachments that the HTML may refer to, each with its place.</summary>
    internal IEnumerable<(string Pointer, string? ContentId)> ContentIds =>
        (Attachments ?? []).Select(attachment => (attachment.Pointer, attachment.ContentId));

    /// <summary>Where it stands in the body.</summary>
    internal string Pointer { get; init; } = "";
    /// <summary>A template in place of subject, text and HTML; any of them beside it is refused.</summary>
    public TemplateInput? Template { get; init; }

    /// <summary>What it was rendered from; null where it is written, or not rendered yet.</summary>
    internal TemplateUse? RenderedFrom { get; init; }

    /// <summary>When to send it, with an offset; now where left out. More than an hour ago is refused.</summary>
    public virtual DateTimeOffset? ScheduledDatetime { get; init; }

    /// <summary>
    /// When it is no longer worth sending: an e-mail not handed over by then becomes <c>expired</c>. 72 hours after it was due where left
    /// out.
    /// </summary>
    public DateTimeOffset? SendBefore { get; init; }

    /// <summary>Reads one e-mail. What is wrong goes to <paramref name="errors"/>, and the result is then not to be used.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    internal static EmailInput Read(JsonElement element, string pointer, Errors errors) =>
        Read(new ObjectReader(element, pointer, errors, _fields), pointer);

    /// <summary>Reads a body that is one e-mail.</summary>
    internal static EmailInput Read(ReadOnlyMemory<byte> body, Errors errors) => Read(new ObjectReader(body, errors, _fields), "");

    /// <summary>The e-mail with what its template makes of it.</summary>
    internal EmailInput With(RenderedContent content) =>
        this with { Subject = content.Subject, Text = content.Text, Html = content.Html, RenderedFrom = content.Template };

    private static EmailInput Read(ObjectReader fields, string pointer) => Checked(fields, new EmailInput(ReadContent(fields))
    {
        Pointer = pointer,
        Attachments = AttachmentInput.Read(fields, inConfig: false),
        ScheduledDatetime = fields.Time("scheduled_datetime"),
        SendBefore = fields.Time("send_before"),
        Template = TemplateInput.Read(fields),
    });

    /// <summary>Reads an item of a config.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    internal static ConfigItemInput ReadItem(JsonElement element, string pointer, Errors errors)
    {
        var fields = new ObjectReader(element, pointer, errors, ["key", "id", "status", .. _fields]);
        var item = new ConfigItemInput(ReadContent(fields))
        {
            Pointer = pointer,
            Attachments = AttachmentInput.Read(fields, inConfig: true),
            Key = fields.Line("key", ConfigItemInput.MaxKey),
            ScheduledDatetime = fields.Time("scheduled_datetime", required: fields.IsObject),
            SendBefore = fields.Time("send_before"),
            Template = TemplateInput.Read(fields),
        };
        if (item.Key is { Length: 0 })
            errors.Add(fields.Pointer("key"), "must not be empty: leave it out, or name the item");
        return Checked(fields, item);
    }

    private static EmailContent ReadContent(ObjectReader fields) => new()
    {
        To = Addresses(fields, "to", required: fields.IsObject),
        Cc = Addresses(fields, "cc"),
        Bcc = Addresses(fields, "bcc"),
        ReplyTo = Addresses(fields, "reply_to"),
        Subject = fields.Line("subject", MaxSubject, required: fields.IsObject && !fields.Has("template")) ?? "",
        Text = fields.Body("text", MaxBody),
        Html = fields.Body("html", MaxBody),
        Headers = HeaderRules.Read(fields),
    };

    private static T Checked<T>(ObjectReader fields, T input)
        where T : EmailInput
    {
        if (fields.IsObject && !fields.Has("text") && !fields.Has("html") && !fields.Has("template"))
            fields.Errors.Add(input.Pointer, "has neither text nor html: one of them is required, or a template");
        if (input.To.Count + input.Cc.Count + input.Bcc.Count > MaxRecipients)
            fields.Errors.Add(fields.Pointer("to"), $"makes more than {MaxRecipients} recipients, with cc and bcc");
        if (input.SendBefore <= input.ScheduledDatetime)
            fields.Errors.Add(fields.Pointer("send_before"), "must be after scheduled_datetime");
        return input;
    }

    /// <summary>Mailboxes of a field.</summary>
    internal static List<string> Addresses(ObjectReader fields, string field, bool required = false)
    {
        var addresses = new List<string>();
        var any = false;
        foreach (var (element, pointer) in fields.Items(field, required))
        {
            any = true;
            if (!JsonText.TryString(element, pointer, fields.Errors, out var text))
                continue;
            if (AddressRules.Refuse(text) is { } sentence)
                fields.Errors.Add(pointer, sentence);
            addresses.Add(text);
        }

        if (required && !any && fields.IsArray(field))
            fields.Errors.Add(fields.Pointer(field), "must name at least one recipient");
        return addresses;
    }
}

/// <summary>One item of a config.</summary>
internal sealed record ConfigItemInput : EmailInput
{
    internal const int MaxKey = 128;

    internal ConfigItemInput(EmailContent content)
        : base(content)
    {
    }

    /// <summary>Names the item within the config, once; derived from its content where left out.</summary>
    [StringLength(MaxKey, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)]
    public string? Key { get; init; }

    /// <summary>When to send it, with an offset. A new or changed item that is due more than an hour ago is refused.</summary>
    [Required]
    public override DateTimeOffset? ScheduledDatetime { get; init; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public Guid? Id { get; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public string? Status { get; }
}
