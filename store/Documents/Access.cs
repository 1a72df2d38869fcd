namespace Mail.Store;

/// <summary>A client's key to the API; the secret itself is shown once and not kept.</summary>
public sealed record ApiKey
{
    public required Guid Id { get; init; }
    public required string ClientId { get; init; }
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the secret, in hexadecimal.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>To the minute: not every request is worth a write.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>Sending is held back, for everything or for one client.</summary>
public sealed record Hold
{
    /// <summary>The client's id, or <see cref="Everything"/>.</summary>
    public required string Id { get; init; }

    public string? Reason { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required string By { get; init; }

    /// <summary>No client can have this id.</summary>
    public const string Everything = "*";

    /// <summary>The name under which the restore fence holds a database that was restored, cloned or rolled back.</summary>
    public const string RestoreFence = "restore_fence";
}

/// <summary>A request that carried an <c>Idempotency-Key</c>, and what it was answered.</summary>
public sealed record IdempotentRequest
{
    /// <summary><c>client/key</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The SHA-256 of path and body, in hexadecimal.</summary>
    public required string Fingerprint { get; init; }

    public required string Body { get; init; }
    public string? Location { get; init; }
    public required List<Guid> EmailIds { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
