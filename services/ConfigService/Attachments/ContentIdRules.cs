using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// The HTML and its inline attachments belong together: what it refers to is there, once, and what is there it refers to. Pure.
/// </summary>
internal static class ContentIdRules
{
    /// <summary>Adds what is wrong.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="html">Its HTML.</param>
    /// <param name="attachments">Its attachments.</param>
    internal static void Check(ObjectReader email, string? html, IReadOnlyList<AttachmentInput> attachments)
    {
        var inline = attachments.Where(attachment => attachment.ContentId is not null).ToList();
        var used = CidReferences.Find(html ?? "").Select(reference => reference.ContentId).ToHashSet(StringComparer.Ordinal);
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, contentId) in inline.Select(attachment => ($"{attachment.Pointer}/content_id", attachment.ContentId!)))
        {
            if (!there.Add(contentId))
                email.Errors.Add(pointer, "names another attachment of this e-mail too", ProblemCodes.DuplicateContentId);
            else if (!used.Contains(contentId))
            {
                email.Errors.Add(
                    pointer, $"is not used: no cid:{contentId} in the HTML refers to it. Leave it out for an attachment beside the text",
                    ProblemCodes.UnusedContentId);
            }
        }

        foreach (var missing in used.Where(contentId => !there.Contains(contentId)).Take(Errors.MaxNamed))
        {
            email.Errors.Add(
                email.Pointer("html"), $"refers to cid:{Shown(missing)}, and no attachment has that content_id",
                ProblemCodes.UnknownContentId);
        }
    }

    private static string Shown(string contentId) =>
        contentId.Length <= AttachmentInput.MaxContentId ? contentId : $"{contentId.AsSpan(0, AttachmentInput.MaxContentId)}…";
}
