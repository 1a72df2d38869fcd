using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// The HTML and its inline attachments belong together: what it refers to is there, once, and what is there it refers to. Pure.
/// </summary>
internal static class ContentIdRules
{
    /// <summary>Adds what is wrong.</summary>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="at">Where the HTML stands, or what it is made of.</param>
    /// <param name="html">The HTML.</param>
    /// <param name="attachments">The attachments, each with its place.</param>
    internal static void Check(Errors errors, string at, string? html, IEnumerable<(string Pointer, string? ContentId)> attachments)
    {
        var inline = attachments.Where(attachment => attachment.ContentId is not null)
            .Select(attachment => ($"{attachment.Pointer}/content_id", attachment.ContentId!));
        var used = CidReferences.Find(html ?? "").Select(reference => reference.ContentId).ToHashSet(StringComparer.Ordinal);
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, contentId) in inline)
        {
            if (!there.Add(contentId))
                errors.Add(pointer, "names another attachment of this e-mail too", ProblemCodes.DuplicateContentId);
            else if (!used.Contains(contentId))
            {
                errors.Add(
                    pointer, $"is not used: no cid:{contentId} in the HTML refers to it. Leave it out for an attachment beside the text",
                    ProblemCodes.UnusedContentId);
            }
        }

        foreach (var missing in used.Where(contentId => !there.Contains(contentId)).Take(Errors.MaxNamed))
        {
            errors.Add(
                at, $"refers to cid:{Shown(missing)}, and no attachment has that content_id",
                ProblemCodes.UnknownContentId);
        }
    }

    private static string Shown(string contentId) =>
        contentId.Length <= AttachmentInput.MaxContentId ? contentId : $"{contentId.AsSpan(0, AttachmentInput.MaxContentId)}…";
}
