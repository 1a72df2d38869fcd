using System.Globalization;
using Mail.SenderService.Smtp.Settings;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Senders that log in with access tokens.</summary>
internal static class OAuthSender
{
    /// <summary>The settings of one, read as a sender reads them.</summary>
    public static SmtpOptions Options(
        TokenEndpoint endpoint, ScriptedSmtp server, string provider = "microsoft", int connections = 1, int timeoutSeconds = 30,
        params (string Name, string? Value)[] changed)
    {
        var settings = endpoint.Settings(provider);
        settings["SMTP_HOST"] = ScriptedSmtp.Host;
        settings["SMTP_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        settings["SMTP_FROM_EMAIL"] = TokenEndpoint.Mailbox;
        settings["SMTP_USE_TLS"] = "false";
        settings["SMTP_ALLOW_PLAINTEXT"] = "true";
        settings["SMTP_MAX_CONNECTIONS"] = connections.ToString(CultureInfo.InvariantCulture);
        settings["SMTP_TIMEOUT"] = timeoutSeconds.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in changed)
            settings[name] = value;
        return SmtpOptions.FromEnvironment(settings.GetValueOrDefault);
    }

    /// <summary>A server that takes the tokens of this endpoint as long as they are good.</summary>
    public static ScriptedSmtp Server(TokenEndpoint endpoint) =>
        ScriptedSmtp.Accepting().WithTokens(TokenEndpoint.Mailbox, endpoint.IsGood);
}
