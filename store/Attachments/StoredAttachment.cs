namespace Mail.Store;

/// <summary>An attachment that a client has uploaded, or sent along with an e-mail.</summary>
/// <param name="RowId">The row that its pieces refer to.</param>
/// <param name="Id">The SHA-256 of its bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ContentType">The media type that it was first uploaded with (RFC 9110, 8.3).</param>
/// <param name="KeptUntil">Until when it is kept where no e-mail refers to it; null where only e-mails keep it.</param>
public sealed record StoredAttachment(Guid RowId, AttachmentId Id, long Size, string ContentType, DateTimeOffset? KeptUntil)
{
    /// <summary>The most that one may have: 25 MiB.</summary>
    public const int MaxBytes = 25 * 1024 * 1024;

    /// <summary>The media type of one of which nothing is known (RFC 2046, 4.5.1).</summary>
    public const string UnknownType = "application/octet-stream";

    /// <summary>How long one is kept that no e-mail refers to, from its last upload on.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(72);

    /// <summary>How long the pieces of an upload are kept that is not ended, from the last piece on.</summary>
    public static readonly TimeSpan UploadKept = TimeSpan.FromHours(1);
}
