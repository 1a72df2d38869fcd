using Mail.ConfigService.Attachments;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>
/// The attachments of e-mails that are about to be saved: what the client has stored of them is looked up, what came along is stored with
/// them. The rules between the two are pure.
/// </summary>
internal sealed class EmailAttachments(AttachmentLimits limits)
{
    /// <summary>What an e-mail's attachments may be refused with.</summary>
    internal static ProblemCode[] Refusals =>
    [
        ProblemCodes.UnknownAttachment, ProblemCodes.ConflictingFields, ProblemCodes.InvalidBase64, ProblemCodes.EmptyAttachment,
        ProblemCodes.UnsafeFilename, ProblemCodes.BlockedFileType, ProblemCodes.UnsupportedContentType, ProblemCodes.UnusedContentId,
        ProblemCodes.UnknownContentId, ProblemCodes.DuplicateContentId, ProblemCodes.MessageTooLarge,
    ];

    /// <summary>Completes e-mails, and refuses what can't be sent. Where that is wrong, it goes to <paramref name="errors"/>.</summary>
    /// <param name="connection">The caller's.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="inputs">The e-mails as they were read.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal Task<List<T>> ResolveAsync<T>(
        NpgsqlConnection connection, string clientId, IReadOnlyList<T> inputs, Errors errors, CancellationToken cancellationToken)
        where T : EmailInput => ResolveAsync(connection, clientId, inputs, _ => errors, cancellationToken);

    /// <summary>The same, with the errors of each e-mail, by its place, for themselves.</summary>
    internal async Task<List<T>> ResolveAsync<T>(
        NpgsqlConnection connection, string clientId, IReadOnlyList<T> inputs, Func<int, Errors> errorsOf,
        CancellationToken cancellationToken)
        where T : EmailInput
    {
        var named = GivenOf(inputs).Select(attachment => attachment.Key).Distinct().ToList();
        var stored = named.Count == 0 ? [] : await AttachmentTable.FindAsync(connection, clientId, named, cancellationToken);
        return Resolve(inputs, stored, errorsOf);
    }

    /// <summary>The same for one e-mail.</summary>
    internal async Task<EmailInput> ResolveAsync(
        NpgsqlConnection connection, string clientId, EmailInput input, Errors errors, CancellationToken cancellationToken) =>
        (await ResolveAsync(connection, clientId, [input], errors, cancellationToken))[0];

    /// <summary>The same, with what the client has stored. Pure.</summary>
    internal List<T> Resolve<T>(IReadOnlyList<T> inputs, IEnumerable<StoredAttachment> stored, Errors errors)
        where T : EmailInput => Resolve(inputs, stored, _ => errors);

    private List<T> Resolve<T>(IReadOnlyList<T> inputs, IEnumerable<StoredAttachment> stored, Func<int, Errors> errorsOf)
        where T : EmailInput
    {
        var known = stored.ToDictionary(attachment => attachment.Id);
        // What one e-mail of a request brings along, another may refer to.
        var sizes = known.Values.Select(attachment => (attachment.Id, attachment.Size))
            .Concat(
                GivenOf(inputs).Where(attachment => attachment.Content is not null)
                    .Select(attachment => (Id: attachment.Key, Size: (long)attachment.Content!.Length)))
            .DistinctBy(each => each.Id).ToDictionary(each => each.Id, each => each.Size);
        return [.. inputs.Select((input, index) => Resolve(input, known, sizes, errorsOf(index)))];
    }

    /// <summary>Stores what came along with e-mails and the client does not have, in the transaction that inserts them.</summary>
    internal static async Task StoreAsync(
        NpgsqlConnection connection, string clientId, IEnumerable<EmailInput> inputs, CancellationToken cancellationToken)
    {
        // In one order, so that no two requests with the same contents wait for each other in a circle.
        var contents = GivenOf(inputs).Where(attachment => attachment.Content is not null)
            .DistinctBy(attachment => attachment.Key).OrderBy(attachment => attachment.Key.ToString(), StringComparer.Ordinal).ToList();
        if (contents.Count > 0)
            await EmailInserts.BeginFilesAsync(connection, clientId, cancellationToken);
        foreach (var attachment in contents)
            await AttachmentTable.StoreAsync(connection, clientId, attachment.Key, attachment.Content!, cancellationToken);
    }

    private static IEnumerable<AttachmentInput> GivenOf(IEnumerable<EmailInput> inputs) =>
        inputs.SelectMany(input => input.Attachments ?? []).Where(attachment => !attachment.IsFaulty);

    private T Resolve<T>(
        T input, Dictionary<AttachmentId, StoredAttachment> known, Dictionary<AttachmentId, long> sizes, Errors errors)
        where T : EmailInput
    {
        var attachments = new List<Attachment>();
        foreach (var attachment in input.Attachments ?? [])
        {
            CheckEnding(attachment, errors);
            CheckType(attachment, errors);
            if (attachment.IsFaulty)
                continue;
            if (!sizes.TryGetValue(attachment.Key, out var size))
            {
                errors.Add(
                    $"{attachment.Pointer}/id",
                    "is no attachment of this client: it was never uploaded, or nothing referred to it for 72 hours. Upload it again",
                    ProblemCodes.UnknownAttachment);
            }

            attachments.Add(new(
                attachment.Key.ToString(), attachment.Filename,
                attachment.ContentType ?? ContentTypes.Choose(attachment.Filename, known.GetValueOrDefault(attachment.Key)),
                size, attachment.ContentId));
        }

        // What a template makes is checked once it is rendered.
        if (input.Template is null)
            ContentIdRules.Check(errors, $"{input.Pointer}/html", input.Html, input.ContentIds);
        var content = attachments.Count == 0 ? input : (EmailContent)input with { Attachments = attachments };
        CheckSize(content, input.Pointer, errors);
        return (T)content;
    }

    private static void CheckType(AttachmentInput attachment, Errors errors)
    {
        // What is no type at all was told when it was read.
        if (attachment.ContentType is { } type && ContentTypes.Refuse(type) is null && ContentTypes.RefuseUnwritable(type) is { } sentence)
            errors.Add($"{attachment.Pointer}/content_type", sentence, ProblemCodes.UnsupportedContentType);
    }

    /// <summary>Refuses what a template made that does not go with the attachments.</summary>
    internal void CheckRendered(EmailInput rendered, Errors errors) =>
        CheckRendered(rendered, rendered.Pointer, rendered.ContentIds, errors);

    /// <summary>The same for an e-mail that is stored, whose attachments no request names.</summary>
    internal void CheckRendered(
        EmailContent rendered, string pointer, IEnumerable<(string Pointer, string? ContentId)> contentIds, Errors errors)
    {
        ContentIdRules.Check(errors, $"{pointer}/template", rendered.Html, contentIds);
        CheckSize(rendered, pointer, errors);
    }

    private void CheckEnding(AttachmentInput attachment, Errors errors)
    {
        var ending = FilenameRules.EndingOf(attachment.Filename);
        if (FilenameRules.Refuse(attachment.Filename) is null && limits.BlockedTypes.Contains(ending))
        {
            errors.Add(
                $"{attachment.Pointer}/filename", $"ends in .{ending}, which mail servers refuse (BLOCKED_FILE_TYPES)",
                ProblemCodes.BlockedFileType);
        }
    }

    private void CheckSize(EmailContent content, string pointer, Errors errors)
    {
        var messageBytes = MessageSize.AtMost(content);
        if (messageBytes > limits.MaxMessageBytes)
        {
            errors.Add(
                pointer,
                $"makes a message of up to {MessageSize.Describe(messageBytes)}, encoding and all; "
                + $"the most is {MessageSize.Describe(limits.MaxMessageBytes)} (MAX_MESSAGE_MIB)", ProblemCodes.MessageTooLarge);
        }
    }
}
