namespace Mail.SenderService.Smtp;

/// <summary>What to do about a failure, as the guide says it.</summary>
internal static class Hints
{
    /// <summary>What happened, where the server said nothing, and what to do; null where there is nothing to add to the server's words.</summary>
    public static string? For(HandOver evidence, SmtpOptions options)
    {
        var advice = Advice(evidence, options);
        if (evidence.Reply is not null || evidence.Error is null)
            return advice;
        var happened = char.ToUpperInvariant(evidence.Error[0]) + evidence.Error[1..] + ".";
        return advice is null ? happened : $"{happened} {advice}";
    }

    private static string? Advice(HandOver evidence, SmtpOptions options) => evidence switch
    {
        { DotFlushed: true, ReplyCode: not (>= 400 and < 600) } => "The server may or may not have it. Look for its Message-ID before sending it again.",
        { Fault: SmtpFault.Stopped or SmtpFault.CutOff } => null,
        { Fault: SmtpFault.NotResolved } => "Check SMTP_HOST.",
        { Fault: SmtpFault.CertificateRefused } => "Set SMTP_HOST to the name that the server's certificate is for, or give this sender the authority that signed it (SSL_CERT_FILE).",
        { Fault: SmtpFault.NoSmtpUtf8 } => "Use an address in plain ASCII, or a server that offers SMTPUTF8.",
        { Fault: SmtpFault.LoginNotSpoken } => "Use an account that may log in with a user and a password (an app password, SMTP AUTH); OAuth2 is not supported.",
        { Fault: SmtpFault.LoginNotOffered } => "Check SMTP_PORT, or set SMTP_AUTH=none if this server needs no login.",
        { ReplyCode: 421 } => "The server asks to come back later; this sender does so by itself.",
        { Stage: SmtpStage.Auth, Fault: SmtpFault.LoginRefused } or { ReplyCode: 530 or 534 or 535 or 538 } => Login(options),
        _ when PortHint(evidence, options) is { } port => port,
        { TimedOut: true } => TimeOut(options),
        { Fault: SmtpFault.NotConnected } => Firewall(options),
        _ => ByWords(evidence, options)
    };

    private static string Login(SmtpOptions options) =>
        !options.LogsIn ? "This server wants a login: set SMTP_USER and SMTP_PASSWORD, and leave SMTP_AUTH out."
        : IsGmail(options) ? "Gmail: use an App Password (https://support.google.com/accounts/answer/185833), not the account's password; SMTP_USER is the Gmail address."
        : "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.";

    // Port and SMTP_USE_TLS that don't go together, where what happened is what that looks like.
    private static string? PortHint(HandOver evidence, SmtpOptions options) => evidence switch
    {
        { Stage: > SmtpStage.Tls } or { Fault: SmtpFault.NotConnected } => null,
        _ when options is { Port: 465, UseTls: true } => "Port 465 is encrypted from the first byte: set SMTP_USE_TLS=false.",
        { Fault: SmtpFault.TlsNotOffered } => "For port 587 use SMTP_USE_TLS=true (the default); for a server with TLS from the first byte SMTP_PORT=465 and SMTP_USE_TLS=false.",
        { Fault: SmtpFault.TlsFailed } when options.Security == SmtpSecurity.Tls => "Does this port speak TLS from the first byte? For port 587 use SMTP_USE_TLS=true.",
        { Fault: SmtpFault.TlsFailed } => "The server and this sender share no version of TLS.",
        _ => null
    };

    private static string TimeOut(SmtpOptions options) => options switch
    {
        { Port: 587 } => "Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465 with SMTP_USE_TLS=false, and check that the firewall lets outbound SMTP through.",
        _ => "Set SMTP_TIMEOUT=60, and check that the firewall lets outbound SMTP through."
    };

    private static string Firewall(SmtpOptions options) =>
        "Check SMTP_HOST and SMTP_PORT, and that the firewall lets outbound SMTP through."
        + (options.Port == 465 ? "" : " Some platforms block 587: if so, use SMTP_PORT=465 and SMTP_USE_TLS=false.");

    private static string? ByWords(HandOver evidence, SmtpOptions options) => SenderTrouble.Of(evidence) switch
    {
        SenderTrouble.LoginRefused when evidence.ReplyCode is not null => Login(options),
        SenderTrouble.SenderAddressRefused => "Set SMTP_FROM_EMAIL to an address that SMTP_USER may send as.",
        SenderTrouble.TooMuch => "The account's limit at the provider is reached; this sender waits and tries again by itself. SMTP_RATE keeps below it.",
        _ when evidence.Reply?.Contains("relay", StringComparison.OrdinalIgnoreCase) == true => "The server does not relay for this sender: check SMTP_HOST, SMTP_USER and SMTP_AUTH.",
        _ => null
    };

    private static bool IsGmail(SmtpOptions options) =>
        options.Host.EndsWith(".gmail.com", StringComparison.OrdinalIgnoreCase) || options.Host.EndsWith(".googlemail.com", StringComparison.OrdinalIgnoreCase);
}
