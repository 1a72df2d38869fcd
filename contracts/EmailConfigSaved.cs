namespace Mail.Contracts;

/// <summary>
/// A client's e-mail configuration was saved. Carries only the revision's name: which e-mails it scheduled and which it
/// cancelled stands in the revision's document, so the event may come twice, late or out of order.
/// </summary>
public sealed record EmailConfigSaved
{
    /// <summary>The caller's own name for the client.</summary>
    public required string ClientId { get; init; }

    /// <summary>The revision that the save made, counting from 1.</summary>
    public required long Revision { get; init; }
}
