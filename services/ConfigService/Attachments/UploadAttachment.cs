using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// <c>POST /client/{client_id}/attachments</c>: the bytes of a file, for e-mails to refer to. Each content is stored once a client; sent
/// again it is kept longer.
/// </summary>
internal sealed class UploadAttachment(UnitOfWork unit, UploadTurns turns)
{
    private static ProblemException Compressed =>
        new(ProblemCodes.UnsupportedContentEncoding, "The body is compressed: send it as it is, without Content-Encoding.");

    internal static void Map(RouteGroupBuilder api) => api.MapPost("/client/{client_id}/attachments", HandleAsync)
        .WithName("UploadAttachment")
        .Takes(ReprDigest.Header).TakesFile()
        .Answers<UploadedAttachment>(StatusCodes.Status201Created).Answers<UploadedAttachment>(StatusCodes.Status200OK)
        .Refuses(
            ProblemCodes.AttachmentTooLarge, ProblemCodes.UnsupportedContentEncoding, ProblemCodes.EmptyAttachment,
            ProblemCodes.DigestMismatch, ProblemCodes.UnsupportedContentType);

    /// <summary>Upload an attachment</summary>
    /// <remarks>
    /// The bytes of a file as they are, at most 25 MiB, with their `Content-Type`. E-mails refer to it by the `id` of the answer. Each
    /// content is stored once a client: where the client has it already, the answer is the same with status 200, and it is kept longer.
    /// What no e-mail refers to is dropped 72 hours after its last upload, at `expires_at`; what one refers to is kept for as long as the
    /// e-mail's content is.
    /// </remarks>
    /// <response code="201">Stored.</response>
    /// <response code="200">The client has it already, and keeps it longer.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, UploadAttachment upload)
    {
        _ = new Query(context).Checked();
        if (context.Request.Headers.ContentEncoding.Count > 0)
            throw await RefuseAsync(context, Compressed);
        var errors = new Errors();
        var contentType = TypeOf(context.Request.ContentType, errors);
        var digest = ReprDigest.Read(context.Request.Headers, errors);
        if (errors.Any)
            await DiscardedBody.ReadAsync(context);
        errors.Throw();
        var (attachment, isNew) = await upload.RunAsync(clientId, contentType, digest, context);
        return Results.Json(
            new UploadedAttachment(attachment.Id.ToString(), attachment.Size, attachment.ContentType, attachment.KeptUntil!.Value),
            statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task<(StoredAttachment Attachment, bool IsNew)> RunAsync(
        string clientId, string contentType, byte[]? digest, HttpContext context)
    {
        var tooLarge = new ProblemException(ProblemCodes.AttachmentTooLarge);
        if (context.Request.ContentLength > StoredAttachment.MaxBytes)
            throw await RefuseAsync(context, tooLarge);
        using var room = await turns.TakeRoomAsync(context.RequestAborted);
        await using var upload = new Upload(unit, turns, clientId, contentType);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            foreach (var segment in read.Buffer)
            {
                if (upload.Size + segment.Length > StoredAttachment.MaxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw await RefuseAsync(context, tooLarge);
                }

                await upload.AppendAsync(segment, context.RequestAborted);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        var errors = new Errors();
        if (upload.Size == 0)
            errors.Add("", "is empty: send the bytes of the file as the body", ProblemCodes.EmptyAttachment);
        else
            ReprDigest.Check(digest, upload.Content().Sha256, errors);
        errors.Throw();
        return await upload.EndAsync(context.RequestAborted);
    }

    private static string TypeOf(string? header, Errors errors)
    {
        // What curl says of any body where it is told nothing.
        if (string.IsNullOrEmpty(header) || header.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return StoredAttachment.UnknownType;
        if ((ContentTypes.Refuse(header) ?? ContentTypes.RefuseUnwritable(header)) is { } sentence)
            errors.Add("/Content-Type", sentence, ProblemCodes.UnsupportedContentType);
        return header;
    }

    private static async Task<ProblemException> RefuseAsync(HttpContext context, ProblemException refusal)
    {
        await DiscardedBody.ReadAsync(context);
        return refusal;
    }
}

/// <summary>An attachment that is there.</summary>
/// <param name="Id"><c>sha256-</c> and the SHA-256 of its bytes in 64 hexadecimal digits: how e-mails refer to it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ContentType">The media type that it was first uploaded with.</param>
/// <param name="ExpiresAt">Until when it is kept where no e-mail refers to it: 72 hours after this upload.</param>
[Example("""
    {"id":"sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","size":4,"content_type":"application/pdf",
     "expires_at":"2026-11-27T15:12:09.310Z"}
    """)]
internal sealed record UploadedAttachment(string Id, long Size, string ContentType, DateTimeOffset ExpiresAt);
