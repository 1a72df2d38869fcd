using System.Text;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Messages;
using Mail.Store;
using MimeKit;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/emails/{id}/message</c>: an e-mail's message as a sender hands it over: headers, parts and source; <c>/emails/{id}/message.eml</c>
/// is all of it, as a file.
/// </summary>
internal sealed class MessagePages(UnitOfWork unit, ConnectionQueue queue, TimeProvider time, Html html)
{
    /// <summary>Bytes of attachments up to which the source is shown.</summary>
    private const int MaxShownFiles = 256 * 1024;

    // So many characters of the source are shown: a page is no place for more.
    private const int MaxShown = 512 * 1024;

    // A message may take a hundred megabytes of memory while it is built and sent: one at a time, and none for long.
    private static readonly TimeSpan _longestDownload = TimeSpan.FromMinutes(2);

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/emails/{id}/message", (string id, HttpContext context, MessagePages pages) => pages.ShowAsync(id, context));
        page.MapGet("/emails/{id}/message.eml", (string id, HttpContext context, MessagePages pages) => pages.DownloadAsync(id, context));
    }

    private async Task<IResult> ShowAsync(string id, HttpContext context)
    {
        var viewer = Viewer.From(context);
        var kept = await KeptMessage.ReadAsync(id, viewer.Caller, unit, context.RequestAborted);
        return await html.PageAsync<MessageView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer), ("Kept", kept), ("Shown", kept.IsWhole ? await BuildAsync(kept, context.RequestAborted) : null));
    }

    private async Task<ShownMessage> BuildAsync(KeptMessage kept, CancellationToken cancellationToken)
    {
        var isLarge = kept.AttachedBytes > MaxShownFiles;
        try
        {
            using var message = kept.Build(isLarge ? kept.NoFiles() : await kept.FilesAsync(unit, cancellationToken));
            using var stream = new MemoryStream();
            await MessageSource.WriteAsync(message, stream, cancellationToken);
            return ShownMessage.From(message, Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length), isLarge, MaxShown);
        }
        catch (FormatException broken)
        {
            return ShownMessage.Broken(broken.Message);
        }
    }

    private async Task DownloadAsync(string id, HttpContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var kept = await KeptMessage.ReadAsync(id, Viewer.From(context).Caller, unit, context.RequestAborted);
        if (!kept.IsWhole)
            throw new ProblemException(ProblemCodes.NotFound, "The message of this e-mail is not kept any more.");
        using var turn = await queue.TakeTurnAsync("message", context.RequestAborted);
        using var timer = time.CreateTimer(_ => limit.Cancel(), state: null, _longestDownload, Timeout.InfiniteTimeSpan);
        using var message = Built(kept, await kept.FilesAsync(unit, limit.Token));
        context.Response.ContentType = "message/rfc822";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{kept.Email.Id}.eml\"";
        await MessageSource.WriteAsync(message, context.Response.Body, limit.Token);
    }

    private static MimeMessage Built(KeptMessage kept, Dictionary<AttachmentId, EncodedFile> files)
    {
        try
        {
            return kept.Build(files);
        }
        catch (FormatException broken)
        {
            throw new ProblemException(ProblemCodes.NotFound, $"The message can't be built again: {broken.Message}.");
        }
    }
}
