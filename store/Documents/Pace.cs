namespace Mail.Store;

/// <summary>When the next e-mail may go out over an account that <c>SMTP_RATE</c> limits.</summary>
public sealed record Pace
{
    /// <summary>The account: <c>user@host:port</c>.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset NextAt { get; init; }
}
