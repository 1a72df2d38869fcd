using Mail.ConfigService.Attachments;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>Attachments, by themselves and in an e-mail.</summary>
internal static class AttachmentSchemas
{
    private const string IdPattern = "^sha256-[0-9a-f]{64}$";

    internal const string ExampleId = "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    internal static IEnumerable<NamedSchema> All =>
    [
        new("Attachment", Answer("An attachment that a client has uploaded.",
            Has("id", Text("`sha256-` and the SHA-256 of its bytes in hexadecimal: how e-mails refer to it.", pattern: IdPattern)),
            Has("size", Number("Bytes.", least: 1)),
            Has("content_type", Text("The media type that it was first uploaded with.")),
            Has("expires_at", Time("Until when it is kept where no e-mail refers to it: 72 hours after its last upload."))),
            $$"""{"id":"{{ExampleId}}","size":4,"content_type":"application/pdf","expires_at":"2026-11-27T15:12:09.310Z"}"""),
        new("AttachmentInput", Request("A file that an e-mail carries: an uploaded one by its `id`, or its `content`.", Given)),
        new("ConfigAttachmentInput", Request("A file that an item of a config carries.", [.. Given, May("size", Number("Ignored: so that a config can be saved again as it was read."))])),
        new("EmailAttachment", Answer("A file that an e-mail carries.",
            Has("id", Text("`sha256-` and the SHA-256 of its bytes in hexadecimal.", pattern: IdPattern)),
            Has("filename", Text("Its name.")),
            Has("content_type", Text("Its media type.")),
            Has("size", Number("Bytes, before any encoding.", least: 0)),
            Has("content_id", OrNull(Text("By which the HTML refers to it, as `cid:logo`; null where it stands beside the text."))))),
    ];

    /// <summary>The field of an e-mail.</summary>
    internal static Field AsGiven(string schema) => May("attachments", List("The files that it carries, in their order.", Ref(schema), AttachmentLimits.MaxCount));

    private static IEnumerable<Field> Given =>
    [
        May("id", Text("Names an attachment that was uploaded. One of `id` and `content` is required.", pattern: IdPattern)),
        May("content", Text("The bytes in base64 with padding (RFC 4648); line breaks are allowed.")),
        Has("filename", Text("Its name with its ending, without a path. Control, zero-width and bidirectional characters are refused.", FilenameRules.MaxCodePoints, least: 1)),
        May("content_type", Text("Its media type; by the ending of its name where left out, else that of the upload. `message/*` and `multipart/*` are refused.", ContentTypes.MaxCharacters)),
        May("content_id", Text("Makes it inline: the HTML refers to it as `cid:` and this.", AttachmentInput.MaxContentId, least: 1, @"^[A-Za-z0-9._\-]+$")),
    ];
}
