using System.Globalization;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Emails;
using Microsoft.Net.Http.Headers;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/emails/{id}/attachments/{number}</c>: a file that an e-mail carries, under its name, to be stored and never to be shown.
/// </summary>
internal static class EmailFile
{
    /// <summary>Answers with it.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="number">Which of its attachments, from 1.</param>
    /// <param name="context">The request.</param>
    /// <param name="unit">Reads it.</param>
    internal static async Task SendAsync(EmailView email, string number, HttpContext context, UnitOfWork unit)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at < 1 || at > email.Attachments.Count)
            throw new ProblemException(ProblemCodes.AttachmentNotFound);
        var attachment = email.Attachments[at - 1];
        var file = await DownloadAttachment.FindAsync(email.ClientId, attachment.Id, unit, context.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(attachment.Filename);
        context.Response.Headers.ContentDisposition = disposition.ToString();
        await DownloadAttachment.SendAsync(file, context, unit);
    }
}
