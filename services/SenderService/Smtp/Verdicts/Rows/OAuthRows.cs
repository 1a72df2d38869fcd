using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>Logins with an access token, and passwords where a provider takes none any more.</summary>
internal static class OAuthRows
{
    private const string WithMicrosoft = "SMTP_AUTH=microsoft";
    private const string WithGoogle = "SMTP_AUTH=google";
    private const string MicrosoftPage = "The steps are in docs/oauth2-microsoft.md.";
    private const string GooglePage = "The steps are in docs/oauth2-google.md.";

    private const string MicrosoftChecks =
        "Check in this order: (1) the app has the application permission SMTP.SendAsApp of Office 365 Exchange Online, with admin consent; "
        + "(2) Exchange Online knows the app: "
        + "New-ServicePrincipal, with the object id of the enterprise application and not that of the app registration; (3) the app may "
        + "send for the mailbox of SMTP_USER: "
        + "Add-MailboxPermission with FullAccess, or SendAs; (4) SMTP AUTH is switched on for the mailbox and the organisation: "
        + "Set-CASMailbox with "
        + $"-SmtpClientAuthenticationDisabled $false. Changes take up to an hour to work. {MicrosoftPage}";

    private const string GoogleChecks =
        "Check in this order: (1) the Admin console, under domain-wide delegation, has the client id of the service account with the scope "
        + "https://mail.google.com/; "
        + "(2) SMTP_USER is the mailbox of a user of that domain, and no alias or group; (3) Gmail is switched on for that user. "
        + $"Changes take up to a day to work. {GooglePage}";

    private const string PasswordsAreOver =
        $"Password logins over SMTP are over in this Microsoft 365 organisation. Set {WithMicrosoft} with SMTP_OAUTH_TENANT, "
        + $"SMTP_OAUTH_APP_ID and SMTP_OAUTH_APP_SECRET. {MicrosoftPage}";

    /// <summary>A server that takes no access token.</summary>
    public static IReadOnlyList<VerdictRow> NotTaken { get; } =
    [
        With(SmtpAuth.Microsoft, new("oauth.not-taken-microsoft", VerdictKind.Account, SmtpStages.Any,
            $"With {WithMicrosoft} the server has to offer XOAUTH2. Check SMTP_HOST and SMTP_PORT: Exchange Online is "
            + "smtp.office365.com and 587.",
            "AUTH LOGIN PLAIN alone, with SMTP_AUTH=microsoft")
            { Faults = [SmtpFault.TokenNotTaken], Reason = Reasons.Login }),
        new("oauth.not-taken", VerdictKind.Account, SmtpStages.Any,
            $"With {WithGoogle} the server has to offer XOAUTH2. Check SMTP_HOST and SMTP_PORT: Gmail is smtp.gmail.com and 587.",
            "AUTH LOGIN PLAIN alone, with SMTP_AUTH=google")
            { Faults = [SmtpFault.TokenNotTaken], Reason = Reasons.Login },
    ];

    /// <summary>Replies that name their reason, before the rows that read other words in them.</summary>
    public static IReadOnlyList<VerdictRow> ByWords { get; } =
    [
        new("oauth.personal-outlook", VerdictKind.Account, SmtpStages.Auth | SmtpStages.Mail,
            "A personal Outlook account: no application may send for it with a password or with an app's secret. Use a mailbox of "
            + "Microsoft 365, or another provider.",
            "Outlook.com: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.")
        {
            Codes = "5yz",
            Enhanced = "5.7.3 5.7.4 5.7.30 5.7.57 5.7.139",
            Settings = options => LoginRows.IsMicrosoft(options) && MailboxSetting.IsPersonalOutlook(options.User),
            SettingsText = "SMTP_HOST is Microsoft's and SMTP_USER a personal Outlook account",
            Reason = Reasons.Login
        },
        Named("oauth.smtp-off-organisation", @"SmtpClientAuthentication is disabled for the tenant",
            "SMTP AUTH is switched off for the whole Microsoft 365 organisation. Switch it on for the mailbox of SMTP_USER: Set-CASMailbox "
            + "with -SmtpClientAuthenticationDisabled $false; "
            + "or for all: Set-TransportConfig with -SmtpClientAuthenticationDisabled $false. Changes take up to an hour to work.",
            "Exchange Online: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
            + "https://aka.ms/smtp_auth_disabled for more information."),
        Named("oauth.smtp-off-mailbox", @"SmtpClientAuthentication is disabled for the (mailbox|user)",
            "SMTP AUTH is switched off for the mailbox of SMTP_USER. Switch it on: Set-CASMailbox with -SmtpClientAuthenticationDisabled "
            + "$false, or \"Authenticated SMTP\" among the mailbox's "
            + "e-mail apps in the Microsoft 365 admin center. Changes take up to an hour to work.",
            "Exchange Online: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit "
            + "https://aka.ms/smtp_auth_disabled for more information."),
        Named("oauth.security-defaults", @"security defaults",
            "The security defaults of the Microsoft 365 organisation refuse this login. They refuse every password: log in with an access "
            + $"token ({WithMicrosoft}), and where they refuse that too, replace them by conditional access. {MicrosoftPage}",
            "Exchange Online: 535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. "
            + "Contact your administrator."),
        Named("oauth.conditional-access", @"did not meet the criteria to be authenticated",
            "A policy of the Microsoft 365 organisation refuses this login: conditional access, or an authentication policy in Exchange "
            + "Online. The sign-in log in Entra names it; exempt the account "
            + $"of SMTP_USER from it. With a password, set {WithMicrosoft} instead. {MicrosoftPage}",
            "Exchange Online: 535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated "
            + "successfully. Contact your administrator."),
        Named("oauth.passwords-over", @"basic authentication is (disabled|not supported|blocked|no longer supported)", PasswordsAreOver,
            "Exchange Online: 550 5.7.30 Basic authentication is not supported for Client Submission; 535 5.7.139 Authentication "
            + "unsuccessful, basic authentication is disabled."),
        new("oauth.passwords-over-by-code", VerdictKind.Account, SmtpStages.Auth | SmtpStages.Mail, PasswordsAreOver,
            "Exchange Online: 550 5.7.30, whatever its words")
            { Codes = "5yz", Enhanced = "5.7.30", Reason = Reasons.Login },
        new("oauth.mailbox-not-opened", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Message,
            $"The login is good, but the mailbox of SMTP_USER does not open with it: mostly it is (3) that is missing. {MicrosoftChecks}",
            "Exchange Online: 430 4.2.0 STOREDRV; mailbox logon failure; "
            + "STOREDRV.Submission.Exception:ConnectionFailedTransientException.MapiExceptionLogonFailed; … Cannot open mailbox.")
        {
            Codes = "4yz 5yz",
            // Other servers say of a recipient that they cannot open its mailbox.
            Words = @"mailbox logon failure|MapiExceptionLogonFailed|storedrv.*cannot open mailbox",
            Reason = Reasons.Login
        },
        WithTokens(new("oauth.user-not-valid", VerdictKind.Account, SmtpStages.Auth,
            "The server does not know SMTP_USER as the address of a mailbox. Set the address that the mailbox has at the provider.",
            "Exchange Online, high volume e-mail: 501 5.5.124 Invalid XOAUTH2 auth data - User address provided is not valid.")
            { Codes = "5yz", Words = @"user (address|name)?.{0,12}(provided )?is not valid", Reason = Reasons.Login }),
    ];

    /// <summary>Any other refusal of an access token.</summary>
    public static IReadOnlyList<VerdictRow> Refused { get; } =
    [
        With(
            SmtpAuth.Microsoft,
            new(
                "oauth.refused-microsoft", VerdictKind.Account, SmtpStages.Any, MicrosoftChecks,
                "Exchange Online: 535 5.7.3 Authentication unsuccessful, whatever of the four is missing")
                { Codes = "530 534 535 538", Reason = Reasons.Login }),
        With(
            SmtpAuth.Microsoft,
            new(
                "oauth.other-microsoft", VerdictKind.Account, SmtpStages.Auth, MicrosoftChecks,
                "Exchange Online: 504 5.7.4 Unrecognized authentication type")
                { Codes = "5yz", Reason = Reasons.Login }),
        With(
            SmtpAuth.Microsoft,
            new(
                "oauth.wanted-microsoft", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Rcpt, MicrosoftChecks,
                "Exchange Online: 550 5.7.57 Client not authenticated to send mail.")
                { Codes = "5yz", Enhanced = "5.7.57", Reason = Reasons.Login }),
        With(
            SmtpAuth.Google,
            new(
                "oauth.refused-google", VerdictKind.Account, SmtpStages.Any, GoogleChecks,
                "Gmail: 535-5.7.8 Username and Password not accepted, after 334 with {\"status\":\"400\",\"schemes\":\"Bearer\","
                + "\"scope\":\"https://mail.google.com/\"}")
                { Codes = "530 534 535 538", Reason = Reasons.Login }),
        With(
            SmtpAuth.Google,
            new("oauth.other-google", VerdictKind.Account, SmtpStages.Auth, GoogleChecks, "any other refusal of an access token")
                { Codes = "5yz", Reason = Reasons.Login }),
        WithTokens(new(
            "oauth.later", VerdictKind.Account, SmtpStages.Auth,
            "The server could not check the access token. It is tried again by itself.", "454 4.7.0 Temporary authentication failure")
            { Codes = "43z 44z 45z", Reason = Reasons.Login }),
        WithTokens(new(
            "oauth.broken", VerdictKind.Account, SmtpStages.Any,
            "The login with an access token did not come to its end. It is tried again by itself; check SMTP_HOST if it stays so.",
            "a challenge that is none")
            { Faults = [SmtpFault.LoginRefused], Unless = "^421", Reason = Reasons.Login }),
    ];

    private static VerdictRow Named(string id, string words, string hint, string from) =>
        new(id, VerdictKind.Account, SmtpStages.Auth | SmtpStages.Mail, hint, from)
        {
            Codes = "5yz",
            Words = words,
            Reason = Reasons.Login,
        };

    private static VerdictRow With(string auth, VerdictRow row) =>
        row with { Settings = options => options.Auth == auth, SettingsText = $"SMTP_AUTH={auth}" };

    private static VerdictRow WithTokens(VerdictRow row) =>
        row with { Settings = options => options.UsesTokens, SettingsText = $"{WithMicrosoft} or google" };
}
