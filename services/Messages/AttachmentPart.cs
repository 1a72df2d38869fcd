using System.Runtime.InteropServices;
using System.Text;
using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>The part of a message that is an attachment. Pure.</summary>
internal static class AttachmentPart
{
    /// <summary>Builds the part.</summary>
    /// <param name="attachment">The attachment.</param>
    /// <param name="files">Its bytes, by id.</param>
    /// <param name="disposition">What a reader does with it (RFC 2183, 2); null for an alternative to the text, which must not have
    /// any.</param>
    /// <exception cref="FormatException">Its bytes are not there, or its type is none.</exception>
    internal static MimePart Build(Attachment attachment, IReadOnlyDictionary<AttachmentId, EncodedFile> files, string? disposition)
    {
        if (!files.TryGetValue(attachment.Content, out var file) || !ContentType.TryParse(attachment.ContentType, out var type))
            throw new FormatException($"the attachment \"{attachment.Filename}\" can't be written");
        var isText = string.Equals(type.MediaType, "text", StringComparison.OrdinalIgnoreCase);
        // Without one it would be US-ASCII (RFC 2046, 4.1.2). For a calendar it has to be said (RFC 6047, 2.4).
        if (isText && type.Charset is null && file.IsUtf8)
            type.Charset = "utf-8";
        if (disposition is not null)
            Name(type.Parameters, "name", attachment.Filename, ParameterEncodingMethod.Rfc2047);
        var part = new MimePart(type)
        {
            Content = new MimeContent(Stream(file), ContentEncoding.Base64),
            ContentTransferEncoding = isText && file.IsPlainText ? ContentEncoding.SevenBit : ContentEncoding.Base64,
        };
        if (disposition is null)
            return part;
        part.ContentDisposition = new ContentDisposition(disposition);
        Name(part.ContentDisposition.Parameters, "filename", attachment.Filename, ParameterEncodingMethod.Rfc2231);
        if (attachment.ContentId is { } contentId)
            part.Headers.Add(new Header("Content-ID", $"<{contentId}>"));
        return part;
    }

    // RFC 2231 is how names are written; encoded-words in the name of the type, which no standard has, are what old Outlook reads instead.
    private static void Name(ParameterList parameters, string parameter, string name, ParameterEncodingMethod method)
    {
        parameters.Remove(parameter);
        parameters.Add(new Parameter(Encoding.UTF8, parameter, name) { EncodingMethod = method });
    }

    private static MemoryStream Stream(EncodedFile file) =>
        MemoryMarshal.TryGetArray(file.Base64, out var array)
            ? new(array.Array!, array.Offset, array.Count, writable: false)
            : throw new InvalidOperationException("The bytes are in no array.");
}
