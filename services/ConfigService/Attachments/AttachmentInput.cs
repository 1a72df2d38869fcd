using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Attachments;

/// <summary>A file that an e-mail carries: an uploaded one by its <c>id</c>, or its <c>content</c>.</summary>
internal sealed partial record AttachmentInput
{
    internal const int MaxContentId = 128;
    private const string ContentIdPattern = @"^[A-Za-z0-9._\-]+$";

    // JSON has six bytes at the most for a character: what is longer than that is not even decoded.
    private const int MaxText = 4096;
    private const int MaxJson = (6 * MaxText) + 2;
    private static readonly string[] _fields = ["id", "content", "filename", "content_type", "content_id"];

    /// <summary>Names an attachment that was uploaded. One of <c>id</c> and <c>content</c> is required.</summary>
    [RegularExpression(AttachmentId.Pattern)]
    public string? Id { get; init; }

    /// <summary>The bytes in base64 with padding (RFC 4648); line breaks are allowed.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Its name with its ending, without a path. Control, zero-width and bidirectional characters are refused.</summary>
    [StringLength(FilenameRules.MaxCodePoints, MinimumLength = 1)]
    public required string Filename { get; init; }

    /// <summary>
    /// Its media type; by the ending of its name where left out, else that of the upload. <c>message/*</c> and <c>multipart/*</c> are
    /// refused.
    /// </summary>
    [StringLength(ContentTypes.MaxCharacters)]
    public string? ContentType { get; init; }

    /// <summary>Makes it inline: the HTML refers to it as <c>cid:</c> and this.</summary>
    [StringLength(MaxContentId, MinimumLength = 1), RegularExpression(ContentIdPattern)]
    public string? ContentId { get; init; }

    /// <summary>In a config it is ignored, so that a config can be saved again as it was read; elsewhere it is refused.</summary>
    public long? Size { get; }

    /// <summary>Where it stands in the body.</summary>
    internal required string Pointer { get; init; }

    /// <summary>Names its bytes, whether they came along or were uploaded.</summary>
    internal required AttachmentId Key { get; init; }

    /// <summary>Whether its bytes are not known: only what else it says can be judged.</summary>
    internal bool IsFaulty { get; private init; }

    /// <summary>Reads the attachments of an e-mail. Those that nothing could be read of are left out.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="inConfig">Whether it is an item of a config, which may be sent back as it is shown, sizes and all.</param>
    internal static List<AttachmentInput> Read(ObjectReader email, bool inConfig)
    {
        var (attachments, count) = (new List<AttachmentInput>(), 0);
        foreach (var (element, pointer) in email.Items("attachments"))
        {
            if (++count > AttachmentLimits.MaxCount)
                continue;
            var fields = new ObjectReader(element, pointer, email.Errors, inConfig ? ["size", .. _fields] : _fields);
            if (fields.IsObject && ReadOne(fields, pointer) is { } attachment)
                attachments.Add(attachment);
        }

        if (count > AttachmentLimits.MaxCount)
            email.Errors.Add(email.Pointer("attachments"), $"holds more than {AttachmentLimits.MaxCount} attachments");
        return attachments;
    }

    private static AttachmentInput? ReadOne(ObjectReader fields, string pointer)
    {
        var (content, bytes) = ContentOf(fields, pointer);
        var filename = Judged(fields, "filename", FilenameRules.Refuse, ProblemCodes.UnsafeFilename, required: true);
        var type = Judged(fields, "content_type", ContentTypes.Refuse, ProblemCodes.UnsupportedContentType);
        var contentId = fields.Text("content_id", MaxContentId);
        if (contentId is not null && !ContentIds().IsMatch(contentId))
            fields.Errors.Add(fields.Pointer("content_id"), $"must be 1 to {MaxContentId} of A-Z a-z 0-9 . _ -");
        return content is null && filename is null && contentId is null
            ? null
            : new()
            {
                Pointer = pointer,
                Key = content.GetValueOrDefault(),
                Content = bytes,
                Filename = filename ?? "",
                ContentType = type,
                ContentId = contentId,
                IsFaulty = content is null,
            };
    }

    // A text that rules of its own judge, and they alone: ObjectReader.Text refuses what is long or has NUL as invalid_body.
    private static string? Judged(
        ObjectReader fields, string field, Func<string, string?> refuse, ProblemCode code, bool required = false)
    {
        if (fields.Value(field) is not { ValueKind: JsonValueKind.String } json)
            return fields.Text(field, MaxText, required);
        if (JsonMarshal.GetRawUtf8Value(json).Length > MaxJson)
        {
            fields.Errors.Add(fields.Pointer(field), $"is longer than {MaxText} characters", code);
            return null;
        }

        string text;
        try
        {
            text = json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is no text that there could be a rule for.
            return fields.Text(field, MaxText);
        }

        if (refuse(text) is { } sentence)
            fields.Errors.Add(fields.Pointer(field), sentence, code);
        return text;
    }

    private static (AttachmentId? Id, byte[]? Bytes) ContentOf(ObjectReader fields, string pointer)
    {
        if (fields.Has("id") == fields.Has("content"))
        {
            var sentence = fields.Has("id")
                ? "has both id and content: give one of them"
                : "has neither id nor content: one of them is required";
            fields.Errors.Add(pointer, sentence, ProblemCodes.ConflictingFields);
            return default;
        }

        if (fields.Has("id"))
        {
            var text = Judged(fields, "id", RefuseId, ProblemCodes.UnknownAttachment);
            if (text is not null && AttachmentId.TryParse(text, out var id))
                return (id, null);
            return default;
        }

        var json = fields.Value("content")!.Value;
        if (json.ValueKind != JsonValueKind.String || Base64Text.Decode(JsonMarshal.GetRawUtf8Value(json)) is not { } bytes)
        {
            fields.Errors.Add(
                fields.Pointer("content"), "is not base64 with its padding (RFC 4648, section 4)", ProblemCodes.InvalidBase64);
            return default;
        }

        if (bytes.Length == 0)
            fields.Errors.Add(fields.Pointer("content"), "is empty", ProblemCodes.EmptyAttachment);
        return (AttachmentId.Compute(bytes), bytes);
    }

    private static string? RefuseId(string text) =>
        AttachmentId.TryParse(text, out _)
            ? null
            : "is no id of an attachment: those are sha256- and 64 lower-case hexadecimal digits";

    [GeneratedRegex(@"^[A-Za-z0-9._\-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex ContentIds();
}
