using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Recurrences;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Emails;

/// <summary>One e-mail outside the config.</summary>
[Example("""
    {"to":["Ada Lovelace <ada@example.com>"],"subject":"Your receipt","text":"Thank you, Ada",
     "scheduled_datetime":"2026-12-01T09:00:00+01:00"}
    """)]
internal record EmailInput : EmailContent
{
    /// <summary>A local time, as a regular expression.</summary>
    internal const string LocalTimePattern = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$";

    private static readonly string[] _fields =
    [
        "to", "cc", "bcc", "reply_to", "subject", "text", "html", "headers", "attachments", "scheduled_datetime", "send_before", "template",
        .. LocalTimeInput.Fields,
    ];

    // Known only to be refused with a sentence of its own: it belongs to series.
    private static readonly string[] _fieldsOfSingle = [.. _fields, "send_within_seconds"];

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

    /// <summary>
    /// When to send it, with an offset; now where left out, unless <c>scheduled_local</c> says it. More than an hour ago is refused.
    /// </summary>
    public virtual DateTimeOffset? ScheduledDatetime { get; init; }

    /// <summary>
    /// When to send it, on the clocks of <c>time_zone</c>, in place of <c>scheduled_datetime</c>. Where the rules of the zone change, the
    /// e-mail keeps to the clocks.
    /// </summary>
    [RegularExpression(LocalTimePattern)]
    public string? ScheduledLocal => Local?.Clock.ScheduledLocal;

    /// <summary>The zone of <c>scheduled_local</c>, by a name of the IANA database. The dates of a template are formatted in it.</summary>
    public string? TimeZone => Local?.Clock.TimeZone;

    /// <summary>What to do where a clock change leaves <c>scheduled_local</c> out; <c>refuse</c> where left out.</summary>
    [IfSkipped]
    public string? IfSkipped => Local?.Clock.IfSkipped;

    /// <summary>Which instant is meant where <c>scheduled_local</c> comes twice; <c>first</c> where left out.</summary>
    [IfRepeated]
    public string? IfRepeated => Local?.Clock.IfRepeated;

    /// <summary>The time on the wall, where it is given so. <see cref="ScheduledDatetime"/> is then its instant.</summary>
    internal LocalTimeInput? Local { get; init; }

    /// <summary>The zone of a template's dates.</summary>
    internal virtual DateTimeZone Zone => Local?.Zone ?? DateTimeZone.Utc;

    /// <summary>Where its time stands.</summary>
    internal string TimePointer => $"{Pointer}/{(Local is null ? "scheduled_datetime" : "scheduled_local")}";

    /// <summary>
    /// When it is no longer worth sending: an e-mail not handed over by then becomes <c>expired</c>. 72 hours after it was due where left
    /// out.
    /// </summary>
    public DateTimeOffset? SendBefore { get; init; }

    /// <summary>Whether it has neither text nor HTML, and no template that would make them.</summary>
    internal bool SaysNothing { get; private init; }

    /// <summary>What is said of one that says nothing.</summary>
    internal const string NothingSaid = "has neither text nor html: one of them is required, or a template";

    /// <summary>Reads one e-mail. What is wrong goes to <paramref name="errors"/>, and the result is then not to be used.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="zones">The time zones that local times are in.</param>
    internal static EmailInput Read(JsonElement element, string pointer, Errors errors, TimeZones zones) =>
        Read(new ObjectReader(element, pointer, errors, _fieldsOfSingle), pointer, zones);

    /// <summary>Reads a body that is one e-mail.</summary>
    internal static EmailInput Read(ReadOnlyMemory<byte> body, Errors errors, TimeZones zones) =>
        Read(new ObjectReader(body, errors, _fieldsOfSingle), "", zones);

    /// <summary>The e-mail with what its template makes of it.</summary>
    internal EmailInput With(RenderedContent content) =>
        this with { Subject = content.Subject, Text = content.Text, Html = content.Html, RenderedFrom = content.Template };

    private static EmailInput Read(ObjectReader fields, string pointer, TimeZones zones)
    {
        var given = fields.Time("scheduled_datetime");
        ConfigItemInput.CheckTimes(fields, isSeries: false);
        var local = LocalTimeInput.Read(fields, zones, given);
        return Checked(fields, new EmailInput(ReadContent(fields))
        {
            Pointer = pointer,
            Attachments = AttachmentInput.Read(fields, inConfig: false),
            ScheduledDatetime = local?.Instant ?? given,
            Local = local,
            SendBefore = fields.Time("send_before"),
            Template = TemplateInput.Read(fields),
        });
    }

    /// <summary>Reads an item of a config.</summary>
    /// <param name="element">The JSON object.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="zones">The time zones that local times are in.</param>
    internal static ConfigItemInput ReadItem(JsonElement element, string pointer, Errors errors, TimeZones zones)
    {
        var fields = new ObjectReader(element, pointer, errors, [.. ConfigItemInput.OwnFields, .. _fields]);
        var isSeries = fields.Has("recurrence");
        var given = fields.Time("scheduled_datetime", required: fields.IsObject && !isSeries && !fields.Has("scheduled_local"));
        ConfigItemInput.CheckTimes(fields, isSeries);
        var local = isSeries ? null : LocalTimeInput.Read(fields, zones, given, mayBeLeftOut: true);
        var item = new ConfigItemInput(ReadContent(fields))
        {
            Pointer = pointer,
            Attachments = AttachmentInput.Read(fields, inConfig: true),
            Key = fields.Line("key", ConfigItemInput.MaxKey),
            // That of the next occurrence is shown, and ignored where it is sent back.
            ScheduledDatetime = isSeries ? null : local?.Instant ?? given,
            Local = local,
            Recurrence = RecurrenceInput.Read(fields, zones),
            SendWithinSeconds = ConfigItemInput.SendWithin(fields),
            SendBefore = isSeries ? null : fields.Time("send_before"),
            Template = TemplateInput.Read(fields),
        };
        if (item.Key is { Length: 0 })
            errors.Add(fields.Pointer("key"), "must not be empty: leave it out, or name the item");
        return Checked(fields, item);
    }

    private static EmailContent ReadContent(ObjectReader fields) => new()
    {
        To = AddressRules.Read(fields, "to", required: fields.IsObject),
        Cc = AddressRules.Read(fields, "cc"),
        Bcc = AddressRules.Read(fields, "bcc"),
        ReplyTo = AddressRules.Read(fields, "reply_to"),
        Subject = fields.Line("subject", MaxSubject, required: fields.IsObject && !fields.Has("template")) ?? "",
        Text = fields.Body("text", MaxBody),
        Html = fields.Body("html", MaxBody),
        Headers = HeaderRules.Read(fields),
    };

    private static T Checked<T>(ObjectReader fields, T input)
        where T : EmailInput
    {
        input = input with
        {
            SaysNothing = fields.IsObject && !fields.Has("text") && !fields.Has("html") && !fields.Has("template"),
        };
        // An item of a config may have said something that was erased since.
        if (input.SaysNothing && input is not ConfigItemInput)
            fields.Errors.Add(input.Pointer, NothingSaid);
        if (input.To.Count + input.Cc.Count + input.Bcc.Count > MaxRecipients)
            fields.Errors.Add(fields.Pointer("to"), $"makes more than {MaxRecipients} recipients, with cc and bcc");
        if (input.SendBefore <= input.ScheduledDatetime)
        {
            fields.Errors.Add(
                fields.Pointer("send_before"), $"must be after {input.TimePointer[(input.TimePointer.LastIndexOf('/') + 1)..]}");
        }

        return input;
    }
}
