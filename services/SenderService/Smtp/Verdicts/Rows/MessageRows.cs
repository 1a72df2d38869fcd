namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>The message itself: its size, what it looks like, and whether it is who it says.</summary>
internal static class MessageRows
{
    private const SmtpStages AfterMail = SmtpStages.Rcpt | SmtpStages.Message;
    private const string Authentication =
        "The recipient's side could not tell that the e-mail is from its sender's domain. Set up SPF, DKIM and DMARC for the domain of "
        + "SMTP_FROM_EMAIL as the provider says, or use an address whose domain is.";

    /// <summary>Those whose words could be read as a limit of the sender's, or as a refusal of its address.</summary>
    public static IReadOnlyList<VerdictRow> BeforeLimits { get; } =
    [
        new("message.size-by-code", VerdictKind.Email, SmtpStages.Email,
            "The e-mail is larger than the server takes. Make it smaller, or link to what is large.",
            "RFC 1870: 552 5.3.4 Message size exceeds fixed limit; RFC 3463: X.2.3")
            { Codes = "4yz 5yz", Enhanced = "x.3.4 x.2.3", Unless = "unusual .{0,10}activity" },
        new("message.size", VerdictKind.Email, SmtpStages.Email,
            "The e-mail is larger than the server takes. Make it smaller, or link to what is large.",
            "Exim: 552 Message size exceeds maximum permitted; 163.com: 552 message is too long")
            {
                Codes = "4yz 5yz",
                Words =
                    @"\bsize\b.{0,30}(limit|exceed|maximum|large|big)|(exceed\w*|limit|maximum|over) .{0,30}\bsize\b|"
                    + @"(message|mail|e-?mail|body|attachment|data|file|content|it) .{0,15}too (large|big|long)|too large|"
                    + @"line.{0,12}(length|too long)",
                Unless = "same size",
            },
        new("message.loop", VerdictKind.Email, SmtpStages.Email,
            "The e-mail goes round in circles between servers. The recipient's administrator has to mend a forward.",
            "RFC 3463: X.4.6 Routing loop detected; Postfix: 554 5.4.0 Error: too many hops")
            { Codes = "4yz 5yz", Words = @"\bhops?\b|\bloop(s|ing|ed)?\b|too many received" },
        new("message.authentication-of-sender", VerdictKind.Account, SmtpStages.Mail | SmtpStages.Rcpt, Authentication,
            "policyd-spf: 550 5.7.23 Message rejected due to: SPF fail - not authorized; GMX: 550 Reject due to SPF policy.")
            { Codes = "5yz", Words = @"\b(spf|dkim|dmarc|sender policy framework)\b", Reason = Reasons.Sender },
        new("message.authentication", VerdictKind.Email, SmtpStages.Email, Authentication,
            "Gmail: 550-5.7.26 This mail has been blocked because the sender is unauthenticated.; iCloud: 550 5.7.1 Your message was "
            + "rejected due to example.com DMARC policy.; QQ: 550 DMARC check failed")
            {
                Codes = "4yz 5yz",
                Words =
                    @"\b(spf|dkim|dmarc|arc|sender policy framework|domainkeys|sender id)\b|sender is unauthenticated|"
                    + @"unauthenticated (e-?mail|mail)",
            },
        new("message.authentication-by-code", VerdictKind.Email, SmtpStages.Email, Authentication,
            "RFC 7372: X.7.20 to X.7.24, X.7.26; RFC 3463: X.7.7; Exchange Online: 550 5.7.509")
            {
                Codes = "4yz 5yz",
                Enhanced = "x.7.20 x.7.21 x.7.22 x.7.23 x.7.24 x.7.26 x.7.27 x.7.29 x.7.30 x.7.509 x.7.515 x.7.7",
                Unless = @"\b(tls|ssl)\b"
            },
    ];

    /// <summary>The rest. MAIL tells a message's size and form alone: what is said there of content is not about the message.</summary>
    public static IReadOnlyList<VerdictRow> Others { get; } =
    [
        new("message.virus", VerdictKind.Email, AfterMail,
            "The server found what it takes for a virus. Look at the attachments and the links.",
            "Zoho: 552 5.7.1 virus EICAR detected by Zoho Mail")
            {
                Codes = "4yz 5yz",
                Words = @"\bvirus|malware|infected|trojan|phish|unsafe|dangerous|executable|attachment|file type|file ?name",
            },
        new("message.listed-link", VerdictKind.Email, AfterMail,
            "A domain or an address that the e-mail or its way names is on a blocklist. The reply names the list; ask for removal there.",
            "iCloud: 550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL")
            { Codes = "4yz 5yz", Words =
                @"block ?list|black ?list|spamhaus|surbl|uribl|\b(dbl|rbl|dnsbl|sbl)\b|spamcop|barracuda|blocked using|reputation|listed" },
        new("message.spam", VerdictKind.Email, AfterMail,
            "The server takes the e-mail for spam. Look at its subject, its links and its text, and at SPF, DKIM and DMARC of the "
            + "sender's domain.",
            "Yandex: 554 5.7.1 Message rejected under suspicion of SPAM; mail.ru: 550 spam message rejected; 163.com: 554 DT:SPM; "
            + "Exchange: 550 5.7.1 Message rejected as spam by Content Filtering")
            {
                Codes = "4yz 5yz",
                Words =
                    @"spam|unsolicited|\bspm\b|\bjunk\b|bulk|content (filter|reject|denied|policy)|(message|mail) content|looks like|"
                    + @"complaint|abuse|cloudmark|suspicious|objectionable|\buce\b|anti-?ube",
            },
        new("message.format", VerdictKind.Email, SmtpStages.Email,
            "The server objects to the form of the e-mail: a header that is missing, doubled or malformed. The reply says which; look at "
            + "the e-mail's own headers.",
            "RFC 3463: X.6.x; Gmail: 550-5.7.1 Messages missing a valid From: header are not accepted.; Zoho: 5.2.1 Subject is Mandatory.")
            {
                Codes = "4yz 5yz",
                Words =
                    @"\bheaders?\b|\bsubject\b|rfc ?\d?(822|2822|5322)|not compliant|malformed|\bmime\b|message-id|\bdate\b|"
                    + @"bare (cr|lf|newline)|line ?feed",
            },
        new("message.format-by-code", VerdictKind.Email, SmtpStages.Email,
            "The server can't handle the form of the e-mail: its characters, its encoding or its headers.",
            "RFC 3463: X.6.x Message content or media status; RFC 6531: X.6.7")
            { Codes = "4yz 5yz", Enhanced = "x.6.0 x.6.1 x.6.2 x.6.3 x.6.4 x.6.5 x.6.6 x.6.7 x.6.8 x.6.9" },
        new("message.policy-at-rcpt", VerdictKind.Email, SmtpStages.Rcpt,
            "The server's rules do not let this e-mail go to this recipient. Its operator can say which rule it was.",
            "RFC 3463: X.7.1 Delivery not authorized; Exchange Online: 550 5.4.1 Recipient address rejected: Access denied")
            {
                Codes = "4yz 5yz",
                Words =
                    @"polic|access denied|denied|prohibit|not (allowed|permitted|authori[sz]ed)|refused|blocked|rejected|restrict|"
                    + @"unavailable",
            },
        new("message.policy", VerdictKind.Email, SmtpStages.Message,
            "The server's rules do not let this e-mail pass. Its operator can say which rule it was.",
            "RFC 3463: X.7.0, X.7.1; GMX: 554 Transaction failed Reject due to policy restrictions.")
            {
                Codes = "4yz 5yz",
                Words =
                    @"polic|access denied|denied|prohibit|not (allowed|permitted|authori[sz]ed|accept)|refused|blocked|rejected|restrict",
            },
        new("message.security-by-code", VerdictKind.Email, AfterMail,
            "The server's rules do not let this e-mail pass. Its operator can say which rule it was.",
            "RFC 3463: X.7.0 Other or undefined security status, X.7.1 Delivery not authorized")
            { Codes = "4yz 5yz", Enhanced = "x.7.0 x.7.1" },
    ];
}
