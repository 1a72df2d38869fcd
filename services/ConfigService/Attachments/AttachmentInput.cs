using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Attachments;

/// <summary>An attachment as an e-mail's caller writes it. What it is called there is known; what is stored of it is not, yet.</summary>
/// <param name="Pointer">Where it stands in the body.</param>
/// <param name="Id">Names its bytes.</param>
/// <param name="Bytes">The bytes, where they came along; else the client has uploaded them.</param>
/// <param name="Filename">Its name.</param>
/// <param name="ContentType">Its media type; null where it follows from the name, or from the upload.</param>
/// <param name="ContentId">By which the HTML refers to it; null for one beside the text.</param>
internal sealed partial record AttachmentInput(
    string Pointer, AttachmentId Id, byte[]? Bytes, string Filename, string? ContentType, string? ContentId)
{
    /// <summary>The code for one that the client does not have.</summary>
    internal const string NotFound = "attachment_not_found";

    internal const int MaxContentId = 128;

    // Longer names are refused by their code points. A request has a hundred of these at the most.
    private const int MaxFilename = 4096;
    private static readonly string[] _fields = ["id", "content", "filename", "content_type", "content_id"];

    /// <summary>Reads the attachments of an e-mail. Those with something wrong are left out.</summary>
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
        var filename = fields.Text("filename", MaxFilename, required: true);
        if (filename is not null && FilenameRules.Refuse(filename) is { } unsafeName)
            fields.Errors.Add(fields.Pointer("filename"), unsafeName, FilenameRules.UnsafeCode);
        var type = fields.Text("content_type", ContentTypes.MaxCharacters);
        if (type is not null && ContentTypes.Refuse(type) is { } badType)
            fields.Errors.Add(fields.Pointer("content_type"), badType, ContentTypes.Code);
        var contentId = fields.Text("content_id", MaxContentId);
        if (contentId is not null && !ContentIds().IsMatch(contentId))
            fields.Errors.Add(fields.Pointer("content_id"), $"must be 1 to {MaxContentId} of A-Z a-z 0-9 . _ -");
        return content is { } id && filename is not null ? new(pointer, id, bytes, filename, type, contentId) : null;
    }

    private static (AttachmentId? Id, byte[]? Bytes) ContentOf(ObjectReader fields, string pointer)
    {
        if (fields.Has("id") == fields.Has("content"))
        {
            var sentence = fields.Has("id")
                ? "has both id and content: give one of them"
                : "has neither id nor content: one of them is required";
            fields.Errors.Add(pointer, sentence, "conflicting_fields");
            return default;
        }

        if (fields.Has("id"))
        {
            if (fields.Text("id", MaxContentId) is not { } text)
                return default;
            if (AttachmentId.TryParse(text, out var id))
                return (id, null);
            fields.Errors.Add(
                fields.Pointer("id"), "is no id of an attachment: those are sha256- and 64 lower-case hexadecimal digits", NotFound);
            return default;
        }

        var json = fields.Value("content");
        if (json.ValueKind != JsonValueKind.String || Base64Text.Decode(JsonMarshal.GetRawUtf8Value(json)) is not { } bytes)
        {
            fields.Errors.Add(fields.Pointer("content"), "is not base64 with its padding (RFC 4648, section 4)", "invalid_base64");
            return default;
        }

        if (bytes.Length == 0)
            fields.Errors.Add(fields.Pointer("content"), "is empty", "empty_attachment");
        return (AttachmentId.Of(bytes), bytes);
    }

    [GeneratedRegex(@"^[A-Za-z0-9._\-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex ContentIds();
}
