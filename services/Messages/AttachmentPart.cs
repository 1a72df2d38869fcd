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
    /// <exception cref="FormatException">Its bytes are not there.</exception>
    internal static MimePart Build(Attachment attachment, IReadOnlyDictionary<AttachmentId, EncodedFile> files, string? disposition)
    {
        if (!files.TryGetValue(attachment.Content, out var file))
            throw new FormatException($"the attachment \"{attachment.Filename}\" can't be written");
        var type = TypeOf(attachment);
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
        if (attachment.Filename.Any(char.IsSurrogate))
            KeepCharactersWhole(part, disposition, attachment.Filename);
        if (attachment.ContentId is { } contentId)
            part.Headers.Add(new Header("Content-ID", $"<{contentId}>"));
        return part;
    }

    // What an earlier version accepted is still scheduled: a parameter without a value, a dot before the slash. The file is sent all the
    // same.
    private static ContentType TypeOf(Attachment attachment) =>
        ContentType.TryParse(attachment.ContentType, out var type) || ContentType.TryParse(attachment.ContentType.Split(';')[0], out type)
            ? type
            : ContentType.Parse(StoredAttachment.UnknownType);

    // RFC 2231 is how names are written; encoded-words in the name of the type, which no standard has, are what old Outlook reads instead.
    private static void Name(ParameterList parameters, string parameter, string name, ParameterEncodingMethod method)
    {
        parameters.Remove(parameter);
        parameters.Add(new Parameter(Encoding.UTF8, parameter, name) { EncodingMethod = method });
    }

    // What MimeKit writes right stays as it is: a message that is tried again has the same bytes. Both headers become raw ones: it would
    // write others anew for a server that takes UTF-8 in headers (RFC 6531), and divide them elsewhere.
    private static void KeepCharactersWhole(MimePart part, string disposition, string filename)
    {
        var type = part.Headers[part.Headers.IndexOf(HeaderId.ContentType)];
        type.SetRawValue(type.RawValue);
        var named = part.Headers[part.Headers.IndexOf(HeaderId.ContentDisposition)];
        var isWhole = ContentDisposition.TryParse(named.RawValue, out var read) && read.FileName == filename;
        named.SetRawValue(isWhole ? named.RawValue : Encoding.ASCII.GetBytes(FilenameHeader.Write(disposition, filename)));
    }

    private static MemoryStream Stream(EncodedFile file) =>
        MemoryMarshal.TryGetArray(file.Base64, out var array)
            ? new(array.Array!, array.Offset, array.Count, writable: false)
            : throw new InvalidOperationException("The bytes are in no array.");
}
