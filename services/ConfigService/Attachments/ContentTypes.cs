using System.Net.Http.Headers;
using Mail.Store;
using Microsoft.AspNetCore.StaticFiles;
using MimeKit;

namespace Mail.ConfigService.Attachments;

/// <summary>Media types of attachments (RFC 9110, 8.3.1). Pure.</summary>
internal static class ContentTypes
{
    internal const int MaxCharacters = 255;

    private const string NoType = "is not a media type such as application/pdf";

    // The framework's list, with what IANA has registered since it was made.
    private static readonly FileExtensionContentTypeProvider _byEnding = new()
    {
        Mappings =
        {
            [".zip"] = "application/zip", [".gz"] = "application/gzip", [".vcf"] = "text/vcard", [".rar"] = "application/vnd.rar",
            [".7z"] = "application/x-7z-compressed", [".heic"] = "image/heic", [".md"] = "text/markdown", [".rtf"] = "application/rtf",
        },
    };

    /// <summary>What is wrong with a media type; null where nothing is.</summary>
    internal static string? Refuse(string text)
    {
        if (text.Length > MaxCharacters || text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            || !MediaTypeHeaderValue.TryParse(text, out var type) || type.MediaType is not { } media)
        {
            return NoType;
        }

        return IsContainer(media) ? "is a type of whole messages, which no file in an e-mail can have: use application/octet-stream" : null;
    }

    /// <summary>
    /// What is wrong with a media type that can't be written into a message as it is; null where nothing is. MimeKit reads less than .NET
    /// does: a parameter has a value. Not held against an item of a config that is kept: an earlier version took it.
    /// </summary>
    internal static string? RefuseUnwritable(string text) => ContentType.TryParse(text, out _) ? null : NoType;

    /// <summary>The type of a file that is given none: by its name, else what it was uploaded with, else unknown.</summary>
    internal static string Choose(string filename, StoredAttachment? upload) =>
        _byEnding.TryGetContentType(filename, out var type) && !IsContainer(type)
            ? type
            : upload?.ContentType ?? StoredAttachment.UnknownType;

    // RFC 2046, 5.1 and 5.2: they may not be encoded in base64.
    private static bool IsContainer(string media) =>
        media.StartsWith("message/", StringComparison.OrdinalIgnoreCase)
            || media.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
}
