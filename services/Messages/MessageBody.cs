using System.Text;
using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>
/// The parts of a message (RFC 2046): <c>mixed</c> around <c>alternative</c>, and <c>related</c> around the HTML alone, each only where
/// there is something for it. Boundaries are the e-mail's own, so that the bytes are too. Pure.
/// </summary>
internal static class MessageBody
{
    /// <summary>Builds the body.</summary>
    /// <exception cref="FormatException">An attachment has no bytes.</exception>
    internal static MimeEntity Build(OutgoingEmail email)
    {
        var text = Alternatives(email);
        var attached = email.Attachments.Where(attachment => !attachment.IsInline)
            .Select(attachment => AttachmentPart.Build(attachment, email.Files, ContentDisposition.Attachment)).ToList();
        return attached.Count == 0 ? text : Filled(new Multipart("mixed"), $"=_mixed_{email.Id:N}", [text, .. attached]);
    }

    // RFC 2046, 5.1.4: the plainest first, and what says most last. The boundary of two texts stands in e-mails of earlier versions that
    // are tried again, and stays what it was.
    private static MimeEntity Alternatives(OutgoingEmail email)
    {
        var alternatives = new List<MimeEntity>(3);
        if (email.Text is not null || email.Html is null)
            alternatives.Add(Part("plain", email.Text ?? ""));
        if (email.Html is not null)
            alternatives.Add(Related(email, Part("html", email.Html)));
        // Outlook looks for an invitation among what stands first in a mixed message and nowhere else ([MS-STANOICAL], V0343), as an
        // alternative to the text ([MS-OXCMAIL]). As an attachment, where it is too, others find it, and people can keep it.
        if (email.Attachments.Find(Invitation.Is) is { } invitation)
            alternatives.Add(AttachmentPart.Build(invitation, email.Files, disposition: null));
        return alternatives is [var only] ? only : Filled(
            email.Attachments.Count == 0 ? new EncodedMultipart("alternative") : new MultipartAlternative(), $"=_{email.Id:N}",
            alternatives);
    }

    private static MimeEntity Related(OutgoingEmail email, TextPart html)
    {
        var inline = email.Attachments.Where(attachment => attachment.IsInline)
            .Select(attachment => AttachmentPart.Build(attachment, email.Files, ContentDisposition.Inline)).ToList();
        if (inline.Count == 0)
            return html;
        var related = Filled(new MultipartRelated(), $"=_related_{email.Id:N}", [html, .. inline]);
        // RFC 2387, 3.1: the type of what the others belong to.
        related.ContentType.Parameters["type"] = "text/html";
        return related;
    }

    private static Multipart Filled(Multipart multipart, string boundary, IEnumerable<MimeEntity> parts)
    {
        multipart.Boundary = boundary;
        foreach (var part in parts)
            multipart.Add(part);
        return multipart;
    }

    // The transfer encoding is left to the hand-over: it depends on whether the server offers 8BITMIME.
    private static TextPart Part(string subtype, string text)
    {
        var part = new TextPart(subtype);
        part.SetText(Encoding.UTF8, MessageText.Lines(text));
        return part;
    }
}
