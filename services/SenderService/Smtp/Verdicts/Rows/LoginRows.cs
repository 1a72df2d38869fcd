using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>The login: no e-mail gets through until somebody changes it.</summary>
internal static class LoginRows
{
    /// <summary>Before the rows that take the same codes for a refused login, or the same words for a refused sender.</summary>
    public static VerdictRow TlsWanted { get; } =
        new("tls.wanted", VerdictKind.Server, SmtpStages.Auth | SmtpStages.Mail | SmtpStages.Rcpt,
            "The server takes e-mail over encrypted connections only: set SMTP_USE_TLS=true.",
            "Exchange: 451 5.7.3 STARTTLS is required to send mail; Postfix: 530 5.7.0 Must issue a STARTTLS command first; RFC 4954, 6: "
            + "538 Encryption required for requested authentication mechanism; Yandex: 530 5.7.7 Email sending without SSL/TLS encryption "
            + "is not allowed")
        {
            Codes = "4yz 5yz",
            Words =
                @"starttls.{0,15}(required|first)|encryption (is )?(required|needed)|without (ssl|tls)|"
                + @"\b(tls|ssl)( encryption)? (is )?required",
            Unless = @"recipient|\{to\}",
            Reason = Reasons.Tls
        };

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        Asked(new(
            "auth.not-configured", VerdictKind.Account, SmtpStages.Any,
            "This server wants a login: set SMTP_USER and SMTP_PASSWORD, and leave SMTP_AUTH out.",
            "530 5.7.0 Authentication required, with SMTP_AUTH=none")
            { Settings = options => !options.LogsIn, SettingsText = "SMTP_AUTH=none" }),
        Asked(new("auth.google-workspace", VerdictKind.Account, SmtpStages.Any,
            "Google Workspace: use an App Password, not the account's password, where the organisation still allows it; or set "
            + "SMTP_AUTH=google with SMTP_OAUTH_SERVICE_ACCOUNT_FILE. "
            + "About App Passwords: https://support.google.com/accounts/answer/185833.",
            "Gmail: 535-5.7.8 Username and Password not accepted, to a user of an organisation")
            { Settings = IsWorkspace, SettingsText = "SMTP_HOST is Gmail's and SMTP_USER is of another domain" }),
        Asked(new("auth.gmail", VerdictKind.Account, SmtpStages.Any,
            "Gmail: use an App Password (https://support.google.com/accounts/answer/185833), not the account's password; SMTP_USER is the "
            + "Gmail address.",
            "Gmail: 534-5.7.9 Application-specific password required")
            { Settings = IsGmail, SettingsText = "SMTP_HOST is Gmail's" }),
        Asked(new("auth.microsoft", VerdictKind.Account, SmtpStages.Any,
            "Check SMTP_USER and SMTP_PASSWORD, and that SMTP AUTH is switched on for the mailbox. Microsoft 365 ends password logins over "
            + "SMTP: set SMTP_AUTH=microsoft. The steps are in docs/oauth2-microsoft.md.",
            "Exchange Online: 535 5.7.3 Authentication unsuccessful, to a password")
            { Settings = IsMicrosoft, SettingsText = "SMTP_HOST is Microsoft's" }),
        Asked(new("auth.sendgrid", VerdictKind.Account, SmtpStages.Any,
            "SendGrid: SMTP_USER is the word apikey, and SMTP_PASSWORD an API key.",
            "SendGrid: 535 Authentication failed: Bad username / password, to the account's own name")
        {
            Settings = options => IsUnder(options, ".sendgrid.net") && options.User != "apikey",
            SettingsText = "SMTP_HOST is SendGrid's and SMTP_USER not apikey"
        }),
        Asked(new("auth.resend", VerdictKind.Account, SmtpStages.Any,
            "Resend: SMTP_USER is the word resend, and SMTP_PASSWORD an API key.",
            "resend.com/docs/send-with-smtp: any other user is refused")
        {
            Settings = options => IsUnder(options, ".resend.com") && options.User != "resend",
            SettingsText = "SMTP_HOST is Resend's and SMTP_USER not resend"
        }),
        Asked(new("auth.ses", VerdictKind.Account, SmtpStages.Any,
            "Amazon SES: SMTP_USER and SMTP_PASSWORD are SMTP credentials of SES, made for this region, and not an access key.",
            "Amazon SES: 535 Authentication Credentials Invalid")
        {
            Settings = options =>
                options.Host.StartsWith("email-smtp", StringComparison.OrdinalIgnoreCase) && IsUnder(options, ".amazonaws.com"),
            SettingsText = "SMTP_HOST is Amazon SES's"
        }),
        Asked(new(
            "auth.refused", VerdictKind.Account, SmtpStages.Any,
            "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.",
            "RFC 4954, 6: 530, 534, 535, 538")),
        new("auth.wanted-not-configured", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Rcpt,
            "This server wants a login: set SMTP_USER and SMTP_PASSWORD, and leave SMTP_AUTH out.",
            "Exim: 550 Please turn on SMTP Authentication in your mail client")
            {
                Codes = "5yz",
                Words = WantsLogin,
                Settings = options => !options.LogsIn,
                SettingsText = "SMTP_AUTH=none",
                Reason = Reasons.Login,
            },
        new("auth.wanted", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Rcpt,
            "The server does not see this sender as logged in. Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not "
            + "the account's.",
            "Exchange Online: 550 5.7.57 Client not authenticated to send mail.; SMTP2GO: 550 Relay access denied - please authenticate")
            { Codes = "5yz", Words = WantsLogin, Reason = Reasons.Login },
        new("auth.other-gmail", VerdictKind.Account, SmtpStages.Auth,
            "Gmail: use an App Password (https://support.google.com/accounts/answer/185833), not the account's password; SMTP_USER is the "
            + "Gmail address.",
            "any other refusal of a login")
            { Codes = "40z 41z 422 43z 44z 45z 5yz", Settings = IsGmail, SettingsText = "SMTP_HOST is Gmail's", Reason = Reasons.Login },
        new("auth.mechanism", VerdictKind.Account, SmtpStages.Auth,
            "The server refuses every way of logging in that it offers. Check SMTP_USER and SMTP_PASSWORD, and whether the provider wants "
            + "SMTP AUTH to be switched on for the account.",
            "504 5.7.4 Unrecognized authentication type")
            { Codes = "504 500 501 502", Reason = Reasons.Login },
        new("auth.later", VerdictKind.Account, SmtpStages.Auth,
            "The server could not check the login. It is tried again by itself. Check SMTP_USER and SMTP_PASSWORD if it stays so.",
            "454 4.7.0 Temporary authentication failure")
            { Codes = "43z 44z 45z", Reason = Reasons.Login },
        new("auth.other", VerdictKind.Account, SmtpStages.Auth,
            "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.", "any other refusal of a login")
            { Codes = "5yz", Reason = Reasons.Login },
        new("auth.broken", VerdictKind.Account, SmtpStages.Any,
            "The login did not come to its end. Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.",
            "a challenge that is none")
            { Faults = [SmtpFault.LoginRefused], Unless = @"^421", Reason = Reasons.Login },
    ];

    private const string WantsLogin =
        @"authentication (is )?(required|needed)|^5\d\d ([\d.]+ )?(\w+ )?authentication failed$|"
        + @"without authentication|not authenticated|unauthenticated|"
        + @"must (be )?(first )?(authenticat|log)|(please|first) (authenticate|log ?in)|authenticate first|(turn on|enable|use) smtp auth|"
        + @"smtp auth(entication)? is required|log-?in (is )?required|need to authenticate|auth(enticate)? (command )?first|requires? auth";

    // RFC 4954, 6. A server may ask for a login, or refuse it, in mid-conversation.
    private static VerdictRow Asked(VerdictRow row) => row with { Codes = "530 534 535 538", Reason = Reasons.Login };

    private static bool IsWorkspace(SmtpOptions options) =>
        IsGmail(options) && options.User.Contains('@', StringComparison.Ordinal)
        && !options.User.EndsWith("@gmail.com", StringComparison.OrdinalIgnoreCase)
        && !options.User.EndsWith("@googlemail.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the server is Microsoft's: Exchange Online, in any cloud, or Outlook.com.</summary>
    internal static bool IsMicrosoft(SmtpOptions options) =>
        IsUnder(options, ".office365.com") || IsUnder(options, ".outlook.com") || IsUnder(options, ".office365.us")
        || IsUnder(options, ".partner.outlook.cn");

    private static bool IsGmail(SmtpOptions options) => IsUnder(options, ".gmail.com") || IsUnder(options, ".googlemail.com");

    private static bool IsUnder(SmtpOptions options, string domain) => options.Host.EndsWith(domain, StringComparison.OrdinalIgnoreCase);
}
