using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>What the provider says to who asks it for an access token. Microsoft's errors have numbers, Google's have words.</summary>
internal static class TokenRows
{
    private const string Recovers = "The sender goes on by itself once that is put right.";
    private const string Microsoft = "The steps are in docs/oauth2-microsoft.md.";
    private const string Google = "The steps are in docs/oauth2-google.md.";
    private const string NewKey =
        $"Make a new key of the type JSON for it, set SMTP_OAUTH_SERVICE_ACCOUNT_FILE to its file, and restart the senders. {Google}";

    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        Refused("token.secret-wrong", "AADSTS7000215",
            "SMTP_OAUTH_APP_SECRET is not a secret of this app. Set the secret's value, not its id; where it is lost, make a new secret. "
            + "Then restart the senders.",
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
            + "the client secret ID, for a secret added to app '…'."),
        Refused("token.secret-expired", "AADSTS7000222",
            "The secret of the app has expired. Make a new one, set its value as SMTP_OAUTH_APP_SECRET, and restart the senders.",
            "AADSTS7000222: The provided client secret keys for app '…' are expired."),
        Refused("token.app-unknown", @"AADSTS700016|AADSTS7000229",
            "This organisation has no such app. Check SMTP_OAUTH_APP_ID, which is the application (client) id and no object id, and "
            + "SMTP_OAUTH_TENANT.",
            "AADSTS700016: Application with identifier '…' was not found in the directory 'Contoso'."),
        Refused("token.tenant-unknown", @"AADSTS(50059|50128|90002|900023|90019|90038|900382|900432|90051)\b",
            "There is no such organisation, or not in this cloud. Check SMTP_OAUTH_TENANT; in a national cloud it is the URL of that "
            + "cloud's authority.",
            "AADSTS90002: Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID and are signing into the "
            + "correct cloud."),
        Refused("token.tenant-blocked", @"AADSTS500022[45]\b",
            $"Microsoft has blocked the organisation itself. No setting helps: its administrator has to ask Microsoft. {Recovers}",
            "AADSTS5000225: This tenant has been blocked due to inactivity.; AADSTS5000224: We are sorry, this resource is not available."),
        Refused("token.tenant-restricted", @"AADSTS50002[12]\b",
            "The network forbids logins to this organisation: its proxy sets tenant restrictions. Ask whoever runs the network to allow "
            + $"the organisation of SMTP_OAUTH_TENANT. {Recovers}",
            "AADSTS500021: Access to 'Contoso' tenant is denied."),
        Refused("token.app-disabled", "AADSTS7000112",
            $"The app is disabled. Enable it in Entra, among the properties of the enterprise application. {Recovers}",
            "AADSTS7000112: Application '…' (Mail) is disabled."),
        Refused("token.conditional-access", @"AADSTS530\d{2,3}\b",
            $"A conditional access policy for apps (workload identities) refuses this one. The sign-in log in Entra names it. {Recovers}",
            "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
        Refused("token.exchange-unknown", @"AADSTS500011|AADSTS500014|AADSTS650052",
            "The organisation has no Exchange Online, or it is switched off. Check SMTP_OAUTH_TENANT, the organisation's licences, and "
            + $"the national cloud. {Microsoft}",
            "AADSTS500011: The resource principal named https://outlook.office365.com was not found in the tenant named Contoso."),
        Refused("token.refused-microsoft", "AADSTS|^invalid_client|^unauthorized_client|^invalid_scope",
            $"Check in this order: SMTP_OAUTH_TENANT; SMTP_OAUTH_APP_ID; SMTP_OAUTH_APP_SECRET; the app's permissions. {Microsoft}",
            "any other AADSTS number (https://learn.microsoft.com/entra/identity-platform/reference-error-codes)", SmtpAuth.Microsoft),

        Refused("token.account-restricted", "account restricted",
            "Google restricts this account, or a policy of the organisation (context-aware access) refuses it. Sign in as SMTP_USER to see "
            + $"what Google wants, or ask the administrator. {Recovers}",
            "access_denied: Account restricted"),
        Refused("token.delegation", "^unauthorized_client|^access_denied",
            "The service account may not act for users of the domain. In the Admin console, under domain-wide delegation, add the client "
            + "id of the service account (a number) with the scope "
            + $"https://mail.google.com/, written so. Changes take up to a day to work. {Google}",
            "unauthorized_client: Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of "
            + "the scopes requested."),
        Refused(
            "token.user-unknown",
            @"invalid email or user id|not a valid email|invalid impersonation|invalid principal|\bsub\b.{0,20}(field|claim)",
            "SMTP_USER is no user of the domain. Set the primary address of a user with a mailbox, and no alias, group or service "
            + $"account. {Google}",
            "invalid_grant: Invalid email or User ID"),
        Refused("token.clock", "short-lived token|reasonable timeframe|iat and exp|token used too (early|late)|not yet valid",
            "The clock of this machine is wrong by minutes. Set it by NTP.",
            "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and "
            + "exp values in the JWT claim."),
        Refused(
            "token.key-unknown", "invalid jwt signature|invalid signature|no valid verifier|key.{0,20}(not found|expired|disabled|revoked)",
            $"The service account does not have this key, or not any more. {NewKey}", "invalid_grant: Invalid JWT Signature."),
        Refused(
            "token.account-unknown",
            "account not found|client was (not found|deleted)|deleted_client|disabled_client|account (has been |is "
            + ")?(deleted|disabled|suspended)|robot is (disabled|deleted)|^invalid_client",
            $"The service account was deleted or disabled. Enable it in the Google Cloud console, or make another. {NewKey}",
            "invalid_grant: Invalid grant: account not found; deleted_client: The OAuth client was deleted.", SmtpAuth.Google),
        Refused("token.refused-google", ".",
            "Check in this order: the service account and its key (SMTP_OAUTH_SERVICE_ACCOUNT_FILE); the domain-wide delegation of its "
            + $"client id; SMTP_USER. {Google}",
            "any other refusal of Google", SmtpAuth.Google),
        Refused("token.refused", ".",
            $"Check in this order: SMTP_OAUTH_TENANT; SMTP_OAUTH_APP_ID; SMTP_OAUTH_APP_SECRET; the app's permissions. {Microsoft}",
            "any other refusal"),

        new("token.not-reached", VerdictKind.Server, SmtpStages.Auth,
            "It is tried again by itself. The host that issues access tokens has to be reached by HTTPS: check the firewall, the name "
            + "server and the proxy; where it answered, the provider's status page.",
            "a firewall that lets SMTP through and nothing else; 503 Service Unavailable")
            { Faults = [SmtpFault.TokenNotReached], Reason = Reasons.NoToken },
    ];

    private static VerdictRow Refused(
        string id, string words, string hint, string from, string? auth = null) => new(id, VerdictKind.Account, SmtpStages.Auth, hint, from)
    {
        Faults = [SmtpFault.TokenRefused],
        Words = words,
        Settings = auth is null ? null : options => options.Auth == auth,
        SettingsText = auth is null ? null : $"SMTP_AUTH={auth}",
        Reason = Reasons.Token
    };
}
