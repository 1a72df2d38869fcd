using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>A file that an e-mail carries. Its bytes are stored apart, once a client (<see cref="StoredAttachment"/>).</summary>
/// <param name="Id"><c>sha256-</c> and the SHA-256 of the bytes in 64 hexadecimal digits.</param>
/// <param name="Filename">What the recipient sees it called, with its ending.</param>
/// <param name="ContentType">The media type with its parameters, such as <c>text/calendar; method=REQUEST</c>.</param>
/// <param name="Size">Bytes, before any encoding.</param>
/// <param name="ContentId">The name by which the HTML refers to it, as <c>cid:logo</c> (RFC 2392); null for one that stands beside the
/// text.</param>
public sealed record Attachment(string Id, string Filename, string ContentType, long Size, string? ContentId)
{
    /// <summary>Whether it is a picture or the like within the HTML.</summary>
    [JsonIgnore]
    public bool IsInline => ContentId is not null;

    /// <summary>The id, parsed.</summary>
    [JsonIgnore]
    public AttachmentId Content =>
        AttachmentId.TryParse(Id, out var id) ? id : throw new FormatException($"'{Id}' is no id of an attachment");
}
