namespace Mail.Hosting.Sealing;

/// <summary>
/// The keys that secrets are sealed for. Senders hold the private ones, <c>SECRETS_PRIVATE_KEYS</c>: one, or two with a comma between them
/// while they are being rotated. ConfigService has the public part of the newest, <c>SECRETS_PUBLIC_KEY</c>, and can read nothing.
/// </summary>
public static class SecretsKeys
{
    // For a developer's machine, so that webhooks work there without settings. It is no secret.
    private const string Development =
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKkAuIysL8brH+iGDUyozK9kzNkAj1uKNU4KihaehgSOhRANCAATu7tG9xXwzZ+/tuTU/kYTP37SaGffS"
        + "8qxEvkw+uA0TctCHVz8ZnUmjevScpOsBwLWK8bq629DBnGsCQFMmFWPP";

    /// <summary>
    /// What ConfigService seals for; null where it is not set: then there are no webhooks. In Development there is a pair that is no
    /// secret.
    /// </summary>
    /// <exception cref="SettingException">It can't be used.</exception>
    public static SecretsKey? Public(IConfiguration configuration, IHostEnvironment environment) =>
        configuration["SECRETS_PUBLIC_KEY"] is { Length: > 0 } text ? SecretsKey.ParsePublic(text, "SECRETS_PUBLIC_KEY")
        : environment.IsDevelopment() ? SecretsKey.ParsePrivate(Development, "")
        : null;

    /// <summary>What a sender opens with; empty where it is not set.</summary>
    /// <exception cref="SettingException">One can't be used.</exception>
    public static IReadOnlyList<SecretsKey> Private(IConfiguration configuration, IHostEnvironment environment)
    {
        var texts = (configuration["SECRETS_PRIVATE_KEYS"] ?? "").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return texts.Length == 0 && environment.IsDevelopment()
            ? [SecretsKey.ParsePrivate(Development, "")]
            : [.. texts.Select(text => SecretsKey.ParsePrivate(text, "SECRETS_PRIVATE_KEYS"))];
    }
}
