namespace Mail.Contracts;

/// <summary>
/// E-mails are due. A wake-up, not an order: whether they may be sent is decided by their documents when they are claimed,
/// so a stale or doubled one does nothing and a lost one is made good by the sweep.
/// </summary>
public sealed record SendEmail
{
    /// <summary>The id of the scheduled e-mail (UUIDv7).</summary>
    public required Guid EmailId { get; init; }

    /// <summary>Further e-mails that are due at the very same time: a few share a wake-up.</summary>
    public IReadOnlyList<Guid> AlsoDue { get; init; } = [];
}
