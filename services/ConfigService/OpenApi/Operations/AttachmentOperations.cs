namespace Mail.ConfigService.OpenApi.Operations;

internal static class AttachmentOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("UploadAttachment", "Upload an attachment", """
            The bytes of a file as they are, at most 25 MiB, with their `Content-Type`. E-mails refer to it by the `id` of the answer. Each content is
            stored once a client: where the client has it already, the answer is the same with status 200, and it is kept longer. What no e-mail refers
            to is dropped 72 hours after its last upload, at `expires_at`; what one refers to is kept for as long as the e-mail's content is.
            """)
        {
            Parameters = [Parameters.ReprDigest],
            BinaryBody = true,
            Status = StatusCodes.Status201Created,
            Means = "Stored. 200 with the same where the client has it already.",
            Answer = "Attachment",
            Refuses = ["attachment_too_large", "unsupported_content_encoding", "empty_attachment", "digest_mismatch", "unsupported_content_type"],
        },
        new("DownloadAttachment", "Download an attachment", "The bytes as they were uploaded. `HEAD` says whether they are there.")
        {
            Means = "The bytes.",
            PathId = Parameters.AttachmentId,
            BinaryAnswer = true,
            Refuses = ["attachment_not_found"],
        },
    ];

    /// <summary>What an e-mail's attachments may be refused with.</summary>
    internal static IReadOnlyList<string> RefusedInEmails { get; } =
    [
        "attachment_not_found", "conflicting_fields", "invalid_base64", "empty_attachment", "unsafe_filename", "blocked_file_type", "unsupported_content_type",
        "unused_content_id", "unknown_content_id", "duplicate_content_id", "message_too_large",
    ];
}
