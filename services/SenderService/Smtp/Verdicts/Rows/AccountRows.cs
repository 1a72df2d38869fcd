using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>The account and its sender address: no e-mail gets through until somebody changes it.</summary>
internal static class AccountRows
{
    private const string From =
        "The server does not let this account send as this address. Set SMTP_FROM_EMAIL to an address that SMTP_USER may send as, and "
        + "verify it at the provider.";
    private const string Suspended =
        "The account may not send at the moment. Sign in at the provider, which says why; no setting of this system helps before that.";
    private const string Sender = @"(from|sender|sending|mail ?from|envelope|identity|identities|signature|return[- ]path)";
    private const string Not = @"(not|n't|un-?)[ -]?(yet )?(been )?";

    /// <summary>Before the limits, whose words they have.</summary>
    public static IReadOnlyList<VerdictRow> BeforeLimits { get; } =
    [
        new("account.sending-blocked-by-code", VerdictKind.Account, SmtpStages.Email, Suspended,
            "Exchange Online: 550 5.7.501 Access denied, spam abuse detected; 550 5.7.705 Access denied, tenant has exceeded threshold; "
            + "550 5.7.750 Client blocked from sending from unregistered domain")
            {
                Codes = "5yz",
                Enhanced = "5.7.501 5.7.502 5.7.503 5.7.704 5.7.705 5.7.706 5.7.708 5.7.750 5.2.253",
                Reason = Reasons.Account,
            },
        new("account.direct-send", VerdictKind.Account, SmtpStages.Email,
            "Exchange Online does not know this machine. Allow its network address in the organisation's connector, or log in at "
            + "smtp.office365.com, port 587.",
            "Exchange Online: 550 5.7.64 TenantAttribution; Relay Access Denied; 550 5.7.68 TenantInboundAttribution; Direct Send not "
            + "allowed for this organization from unauthorized sources")
            { Codes = "5yz", Enhanced = "5.7.64 5.7.68", Reason = Reasons.Account },
    ];

    /// <summary>Before the rows that read a login's code.</summary>
    public static IReadOnlyList<VerdictRow> ByWords { get; } =
    [
        new("account.network-address", VerdictKind.Account, SmtpStages.Any,
            "The account may not be used from this machine's network address. Allow the address at the provider, or use another account.",
            "Brevo: 525 5.7.1 Unauthorized IP address; Exchange Online: 550 5.7.708 Service unavailable. Access denied, traffic not "
            + "accepted from this IP.")
        {
            Codes = "4yz 5yz",
            Words =
                @"unauthori[sz]ed ip|\bip\b.{0,40}not (authori[sz]ed|allowed|permitted|whitelisted|verified)|"
                + @"not accepted from this ip|5\.7\.708|mail relay denied|invalid credentials for relay",
            Unless = "spf|dkim|dmarc|on behalf|designate",
            Reason = Reasons.Account
        },
        new("account.suspended", VerdictKind.Account, SmtpStages.Auth | SmtpStages.Mail, Suspended,
            "Brevo: 502 5.7.0 Your SMTP account is not yet activated. Please contact us; Zoho: 535 5.7.8 … 554 5.1.8 Sender "
            + "Address Blocked")
        {
            Codes = "4yz 5yz",
            Words =
                @"(account|user|mailbox|customer|domain|subscription|tenant|licen[cs]e|service).{0,50}"
                + $@"({Not}(activated|active|confirmed|approved|enabled|opened|validated)|inactive|suspend|disabl|block|lock(ed|out)|"
                + @"closed|terminat|paus|restrict|expired|on hold|under review|pending|deactivat|banned|frozen)|"
                + @"(suspended|disabled|blocked|paused|locked|deactivated).{0,25}(account|user)|"
                + $@"sending (is |has been |was )?(paused|disabled|blocked|suspended)|{Not}(yet )?activated|pending approval|"
                + @"outgoing blocked",
            Unless = "client host|blocked using|block ?list|black ?list",
            Reason = Reasons.Account
        },
        new("account.sending-blocked", VerdictKind.Account, SmtpStages.Any, Suspended,
            "Zoho: 554 5.1.8 Email Outgoing Blocked; Zoho: 550 5.4.6 Unusual sending activity detected; mail.ru: 550 message sending for "
            + "this account is disabled; Amazon SES: 554 Message rejected: Sending paused for this account; Exchange Online: 550 5.1.8 "
            + "Access denied, bad outbound sender; cPanel: 550 Outgoing mail from \"user\" has been suspended; Hostinger: 554 5.7.1 "
            + "Disabled by user from hPanel; NetEase: 554 MI:SPB, 450 WM:BLU; MailChannels: 550 5.7.1 [ESA] Sender blocked.")
        {
            Codes = "4yz 5yz",
            Words =
                @"(outgoing|outbound|sending|message sending|smtp access|smtp service|relay access)( [\w""'{}]+){0,3} (is |has been |"
                + @"was |been )?(blocked|disabled|suspended|paused|not (yet )?(activated|enabled)|restricted)|"
                + @"sending .{0,20}(paused|suspended|disabled|blocked)|unusual (sending )?activity|"
                + @"(your|sender('s)?|smtp|sending|customer|sub-?)[ -]?(e-?mail |mail )?(account|domain|subscription|user).{0,40}"
                + $@"({Not}(activated|active|approved|enabled)|inactive|suspend|disabl|block|lock(ed|out)|terminat|paus|restrict|expired|"
                + @"on hold|under review|pending)|account (is )?(pending|under review|suspended by)|tenant has exceeded threshold|"
                + @"bad outbound sender|outboundspam|account( \S+)? is not allowed to send:|invalid license|pending approval|"
                + @"not authori[sz]ed to perform|mail sending denied|outgoing mail suspension|outbounds? disabled|"
                + @"disabled by user from hpanel|\b(MI:SPB|WM:BLU)\b|\[ESA\] sender blocked",
            Unless = "you (tried|are trying|have tried)", Reason = Reasons.Account
        },
        new("account.from-not-named", VerdictKind.Email, SmtpStages.Email,
            "The provider's account may send to verified addresses only (a sandbox), and this recipient's is none. Verify it there, or ask "
            + "for production access.",
            "Amazon SES: 554 Message rejected: Email address is not verified. The following identities failed the check in region "
            + "EU-WEST-1: bob@example.org; Mailgun: sandbox subdomains are for test purposes only, authorized recipients")
            {
                Codes = "4yz 5yz",
                Words = @"(not verified|failed the check).*\{(to|address)\}|authori[sz]ed recipients|recipient .{0,20}not (been )?verified",
                Unless = @"\{from\}",
            },
        new("account.from", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Message, From,
            "Exchange Online: 550 5.7.60 SMTP; Client does not have permissions to send as this sender; SendGrid: 550 The from address "
            + "does not match a verified Sender Identity.; Zoho: 553 Relaying disallowed as noreply@example.com; SMTP2GO: 550-From header "
            + "sender domain not verified.; GMX: 550 Sender address is not allowed.; 530 From/Sender name is not valid; SmarterMail: 550 "
            + "From domain must match authenticated domain; mail.ru: 550 not local sender over smtp")
        {
            Codes = "4yz 5yz",
            Words =
                @"send[- ]?as\b|sendasdenied|relaying disallowed|not owned by|"
                + $@"{Sender}\b.{{0,80}}({Not}(verified|valid\w*|confirmed|registered|authori[sz]ed|permitted|configured|associated|"
                + @"allowed|recogni[sz]ed|accepted|match\w*|own\w*|exist\w*|found|conform\w*)|\b(does not match|mismatch|invalid|"
                + @"disallowed|denied|refused|unknown|unacceptable|prohibited|forbidden))|"
                + $@"{Not}(verified|valid|authori[sz]ed|permitted|allowed|entitled|"
                + $@"configured|registered)( \w+){{0,3}} {Sender}|{Not}(allowed|permitted|authori[sz]ed|able|entitled) to (send|use)|"
                + $@"permissions? to send|unverified|not one of your|{Not}an? (verified |valid )?{Sender}|"
                + $@"(invalid|bad|unknown|unacceptable|unconfigured|unregistered|unauthori[sz]ed) (outbound )?{Sender}|"
                + $@"(e-?mail|address|domain).{{0,25}}{Not}(verified|validated|confirmed)|"
                + $@"domain.{{0,30}}{Not}(associated|allowed|configured|registered|verified)|(from|sender).{{0,40}}same as|"
                + @"must be (the )?same|(from|sender|domain|address)\b.{0,40} must (match|equal)|not local sender|"
                + @"you must (only )?(use|send).{0,30}(from|sender|address)",
            Unless =
                @"\b(spf|dkim|dmarc|domainkeys|arc)\b|send (\w+ )?(e-?mails?|mails?|messages?)? ?to\b|sending to\b|recipient|"
                + @"header (field )?(is )?(missing|duplicat)|(missing|multiple|duplicate)\b.{0,40}header|reputation|"
                + @"black ?list|block ?list",
            Reason = Reasons.Sender
        },
        new("account.from-at-rcpt", VerdictKind.Account, SmtpStages.Rcpt, From,
            "Postfix, which says at RCPT what it thinks of MAIL: 553 5.7.1 <noreply@example.com>: Sender address rejected: not owned by "
            + "user u; 550 5.1.8 Sender address rejected: Domain not found; 550 5.1.0 Sender address rejected: User unknown in virtual "
            + "mailbox table; Exim: 550 Sender verify failed; iRedAPD: 554 5.7.1 Recipient address rejected: Sender is not same as SMTP "
            + "authenticate username; Zoho: 553 5.7.1 Sender is not allowed to relay emails; Oracle: 471 Authorization failed: Envelope "
            + "From address noreply@example.com not authorized; Aruba: 550 5.1.0 <noreply@example.com> sender rejected; cPanel: 550-Sender "
            + "has no A, AAAA, or MX DNS records.")
        {
            Codes = "4yz 5yz",
            Words =
                @"not owned by|not logged in|send[- ]?as\b|sendasdenied|(sender|from)( address)? (rejected|refused|denied).{0,12}(domain|"
                + @"not |access|need|host|unverified|malformed|mx|null|user unknown)|permissions? to send|"
                + @"not (allowed|permitted|authori[sz]ed) to send (\w+ ){0,3}(as|from|on behalf|using)|relaying disallowed as|sending from|"
                + @"(from|sender) (address|domain|identity|name|header)( [\w{}<>""]+){0,3} (not |is not |un)|"
                + @"sender verif(y|ication) failed|badmailfrom|invalid sender|sender is not (same|allowed to relay)|"
                + @"sender domain (must|resolve|does)|\{from\}>? (sender rejected|has no )|sender( \S+)? has no (a|mx)\b",
            Unless =
                @"\b(spf|dkim|dmarc)\b|undeliverable|\b(allowed|permitted|authori[sz]ed|permissions?) to (send|post)( (e-?)?mail)? to\b|"
                + @"recipient.?s |mailbox accepts|(allow|white|safe)[- ]?list",
            Reason = Reasons.Sender
        },
        new("account.from-by-code", VerdictKind.Account, SmtpStages.Email, From,
            "Exchange Online: 554 5.2.252 SendAsDenied; RFC 3463: X.1.7 Bad sender's mailbox address syntax, X.1.8 Bad sender's "
            + "system address; Zoho: 554 5.1.8 Sender Address Blocked; Sendmail, at RCPT: 553 5.1.8 Domain of sender address "
            + "noreply@example.com does not exist")
            { Codes = "5yz", Enhanced = "5.7.60 5.2.252 5.1.7 5.1.8", Unless = "recipient", Reason = Reasons.Sender },
    ];
}
