using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Emails;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// An e-mail's HTML as its frame shows it: as it is, but that the pictures that it carries stand in the place of the references to them.
/// They are a part of the answer, since the frame may load nothing, from here neither.
/// </summary>
internal static partial class ShownHtml
{
    // What an e-mail says is somebody else's: it may show itself, and do and load nothing (CSP3, "sandbox").
    internal const string Nothing =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    // A picture may be referred to a thousand times.
    private const long MaxPictureBytes = 64 * 1024 * 1024;

    /// <summary>Answers with it, piece by piece.</summary>
    internal static async Task SendAsync(EmailView email, HttpContext context, UnitOfWork unit)
    {
        context.Response.Headers.ContentSecurityPolicy = Nothing;
        context.Response.ContentType = "text/html; charset=utf-8";
        var html = email.Html ?? "";
        var (pictures, stored) = (Pictures(email), new Dictionary<string, StoredAttachment>(StringComparer.Ordinal));
        var (shown, left) = (0, MaxPictureBytes);
        foreach (var (contentId, at) in CidReferences.Find(html))
        {
            if (!pictures.TryGetValue(contentId, out var picture) || (left -= picture.Size) < 0)
                continue;
            if (!stored.TryGetValue(picture.Id, out var file))
                stored[picture.Id] = file = await DownloadAttachment.FindAsync(email.ClientId, picture.Id, unit, context.RequestAborted);
            await WriteAsync(html.AsMemory(shown..at.Start.Value), context);
            await WriteAsync($"data:{picture.ContentType.Split(';')[0].Trim()};base64,".AsMemory(), context);
            await WriteBase64Async(file, context, unit);
            shown = at.End.Value;
        }

        await WriteAsync(html.AsMemory(shown..), context);
    }

    private static Dictionary<string, Attachment> Pictures(EmailView email) => email.Attachments
        .Where(attachment => attachment.ContentId is not null && Picture().IsMatch(attachment.ContentType))
        .DistinctBy(attachment => attachment.ContentId, StringComparer.Ordinal)
            .ToDictionary(attachment => attachment.ContentId!, StringComparer.Ordinal);

    private static async Task WriteAsync(ReadOnlyMemory<char> text, HttpContext context)
    {
        Encoding.UTF8.GetBytes(text.Span, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // The base64 of a piece ends where that of the next one begins, see AttachmentTable.PieceBytes.
    private static async Task WriteBase64Async(StoredAttachment picture, HttpContext context, UnitOfWork unit)
    {
        var writer = context.Response.BodyWriter;
        for (var number = 0; await DownloadAttachment.PieceAsync(picture, number, unit, context.RequestAborted) is { } piece; number++)
        {
            Base64.EncodeToUtf8(piece, writer.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out var written);
            writer.Advance(written);
            await writer.FlushAsync(context.RequestAborted);
        }
    }

    [GeneratedRegex(@"^image/[A-Za-z0-9.+\-]+\s*(;|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Picture();
}
