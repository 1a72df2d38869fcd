namespace Mail.Hosting.Sealing;

/// <summary>
/// The keys that secrets are sealed for. Senders hold the private ones, <c>SECRETS_PRIVATE_KEYS</c>: one, or two with a comma between them
/// while they are being rotated. ConfigService has the public part of the newest, <c>SECRETS_PUBLIC_KEY</c>, and can read nothing.
/// </summary>
public static class SecretsKeys
{
    /// <summary>What ConfigService seals for; null where it is not set: then there are no webhooks.</summary>
    /// <exception cref="SettingException">It can't be used.</exception>
    public static SecretsKey? Public(IConfiguration configuration) =>
        configuration["SECRETS_PUBLIC_KEY"] is { Length: > 0 } text ? SecretsKey.ParsePublic(text, "SECRETS_PUBLIC_KEY") : null;

    /// <summary>What a sender opens with; empty where it is not set.</summary>
    /// <exception cref="SettingException">One can't be used.</exception>
    public static IReadOnlyList<SecretsKey> Private(IConfiguration configuration) =>
    [
        .. (configuration["SECRETS_PRIVATE_KEYS"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => SecretsKey.ParsePrivate(text, "SECRETS_PRIVATE_KEYS")),
    ];
}
