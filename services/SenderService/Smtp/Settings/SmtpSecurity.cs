namespace Mail.SenderService.Smtp.Settings;

/// <summary>How the connection is secured, as the API says it. None of these ever falls back to another.</summary>
public static class SmtpSecurity
{
    /// <summary>STARTTLS is demanded: without it nothing is said.</summary>
    public const string Starttls = "starttls";

    /// <summary>TLS from the first byte.</summary>
    public const string Tls = "tls";

    /// <summary>Plain text, only where <c>SMTP_ALLOW_PLAINTEXT=true</c> says that it is meant.</summary>
    public const string None = "none";
}
