namespace Mail.SenderService;

/// <summary>The environment variables of the guide, and those that came with this system.</summary>
internal static class SmtpVariables
{
    internal static IReadOnlyList<string> Names { get; } =
    [
        "SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM_EMAIL", "SMTP_FROM_NAME", "SMTP_TIMEOUT",
        "SMTP_USE_TLS", "SMTP_AUTH", "SMTP_ALLOW_PLAINTEXT", "SMTP_MAX_CONNECTIONS", "SMTP_RATE", "SMTP_EHLO_NAME",
        "SMTP_OAUTH_TENANT", "SMTP_OAUTH_APP_ID", "SMTP_OAUTH_APP_SECRET", "SMTP_OAUTH_SERVICE_ACCOUNT", "SMTP_OAUTH_SERVICE_ACCOUNT_FILE",
    ];
}
