using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// <c>GET /client/{client_id}/attachments/{id}</c>: the bytes, as a file to be stored: a browser never shows what a client has uploaded.
/// <c>HEAD</c> says whether it is there.
/// </summary>
internal static class DownloadAttachment
{
    private static readonly Parameter _id = new("id", "The id that the upload answered.", typeof(string))
    {
        IsPath = true,
        Pattern = AttachmentId.Pattern,
        Example = "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    };

    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/attachments/{id}", HandleAsync)
        .WithName("DownloadAttachment")
        .Takes(_id).AnswersFile().Refuses(ProblemCodes.AttachmentNotFound);

    /// <summary>Download an attachment</summary>
    /// <remarks>The bytes as they were uploaded. `HEAD` says whether they are there.</remarks>
    /// <response code="200">The bytes.</response>
    internal static async Task HandleAsync([FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var attachment = await FindAsync(clientId, id, unit, context.RequestAborted);
        context.Response.Headers.ContentDisposition = "attachment";
        await SendAsync(attachment, context, unit);
    }

    /// <summary>An attachment of the client, or the refusal that there is none.</summary>
    internal static async Task<StoredAttachment> FindAsync(string clientId, string id, UnitOfWork unit, CancellationToken cancellationToken)
    {
        if (!AttachmentId.TryParse(id, out var content))
            throw new ProblemException(ProblemCodes.AttachmentNotFound);
        var found = await unit.ConnectAsync(
            connection => AttachmentTable.FindAsync(connection, clientId, [content], cancellationToken), cancellationToken);
        return found.Count == 1 ? found[0] : throw new ProblemException(ProblemCodes.AttachmentNotFound);
    }

    /// <summary>Answers with the bytes. No connection is held while a slow reader takes them.</summary>
    internal static async Task SendAsync(StoredAttachment attachment, HttpContext context, UnitOfWork unit)
    {
        context.Response.ContentType = StoredAttachment.UnknownType;
        context.Response.ContentLength = attachment.Size;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ETag = $"\"{attachment.Id}\"";
        // The same bytes for ever.
        if (Preconditions.Names(context.Request.Headers.IfNoneMatch.ToString(), attachment.Id.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.ContentLength = null;
            return;
        }

        if (HeadRequests.Is(context))
            return;
        var sent = 0L;
        for (var number = 0; sent < attachment.Size; number++)
        {
            if (await PieceAsync(attachment, number, unit, context.RequestAborted) is not { } piece)
            {
                // It was dropped meanwhile. Too late for a status: the reader sees that bytes are missing.
                context.Abort();
                return;
            }

            await context.Response.BodyWriter.WriteAsync(piece, context.RequestAborted);
            sent += piece.Length;
        }
    }

    /// <summary>A piece; null where the attachment was dropped meanwhile.</summary>
    internal static Task<byte[]?> PieceAsync(
        StoredAttachment attachment, int number, UnitOfWork unit, CancellationToken cancellationToken) =>
        unit.ConnectAsync(
            connection => AttachmentTable.ReadPieceAsync(connection, attachment.RowId, number, cancellationToken), cancellationToken);
}
