namespace Mail.Contracts;

/// <summary>
/// An e-mail is due. A wake-up, not an order: whether it may be sent is decided by its document when it is claimed, so
/// a stale or doubled one does nothing and a lost one is made good by the sweep.
/// </summary>
public sealed record SendEmail
{
    /// <summary>The id of the scheduled e-mail (UUIDv7).</summary>
    public required Guid EmailId { get; init; }
}
