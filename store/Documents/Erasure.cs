namespace Mail.Store;

/// <summary>All that is kept of a client that was erased: how many e-mails it had. Not its id, which may name a person.</summary>
public sealed record Erasure
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>How many e-mails stood at each <see cref="EmailStatus"/>.</summary>
    public required IReadOnlyDictionary<string, long> Emails { get; init; }
}
