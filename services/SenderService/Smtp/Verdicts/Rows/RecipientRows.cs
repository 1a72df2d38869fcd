namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>A recipient and its mailbox. None of these stops anybody else's e-mail.</summary>
internal static class RecipientRows
{
    private const string Full = "The recipient's mailbox is full. Only the recipient can make room.";
    private const string Unknown = "The recipient's address does not exist there. Check it for typing errors.";
    private const SmtpStages AfterMail = SmtpStages.Rcpt | SmtpStages.Message;
    private const string Disabled = "The recipient's mailbox exists but takes no e-mail. Reach the recipient in another way.";

    /// <summary>Those whose words could be read as a limit of the sender's.</summary>
    public static IReadOnlyList<VerdictRow> BeforeLimits { get; } =
    [
        new("recipient.too-many", VerdictKind.Email, SmtpStages.Email,
            "The server takes fewer recipients in one transaction than this e-mail has. The rest of them go out in another one.",
            "RFC 5321, 4.5.3.1.10: 452 4.5.3 Too many recipients")
        {
            Codes = "4yz 5yz",
            Enhanced = "x.5.3",
            Unless = @"hour|day|daily|minute|second|month|\brate\b|throttl|session|connection|owned",
            AtOnce = true
        },
        new("recipient.too-many-by-words", VerdictKind.Email, SmtpStages.Email,
            "The server takes fewer recipients in one transaction than this e-mail has. The rest of them go out in another one.",
            "Exim: 452 too many recipients; 163.com: 451 out of allow RCPT numbers; NetEase: 550 RP:RCL; Gmail: 451-4.3.0 Multiple "
            + "destination domains per transaction is unsupported.")
        {
            Codes = "4yz 5yz",
            Words =
                @"too (many|much) (rcpts?|recipients?)|too many (addresses|receivers)|\bRP:RCL\b|"
                + @"(maximum|max|limit|exceed\w*|out of|allow\w*|number).{0,30}(recipients?|rcpts?)\b|"
                + @"recipients?[ -]?(limit|count|number) ?(exceed|reach|per)?|multiple destination domains per transaction|"
                + @"in a separate transaction",
            Unless =
                @"hour|day|daily|minute|second|month|\brate\b|throttl|session|connection|quota|today|24 ?h|attempts|threshold|"
                + @"(recipients?|rcpts?) from\b|invalid recipients|this recipient",
            AtOnce = true
        },
        new("recipient.full-by-code", VerdictKind.Email, SmtpStages.Email, Full,
            "RFC 3463: X.2.2 Mailbox full; Gmail: 452-4.2.2 The email account that you tried to reach is over quota.")
            { Codes = "4yz 5yz", Enhanced = "x.2.2", Unless = "submission ?quota|sender('s)? " },
        new("recipient.full-by-name", VerdictKind.Email, SmtpStages.Email, Full, "552 Mailbox full: message quota exceeded")
            { Codes = "4yz 5yz", Words = @"(mailbox|inbox|mail ?drop|maildir) (is |was )?(full|over ?quota)" },
        new("recipient.full", VerdictKind.Email, SmtpStages.Email, Full,
            "mail.ru: 550 user quota exceeded; WEB.DE: 550 Benutzer hat das Speichervolumen ueberschritten. / User has exhausted allowed "
            + "storage space.; IONOS: 550 Quota Exceeded")
        {
            Codes = "4yz 5yz",
            Words =
                @"(mailbox|inbox|mail ?drop|maildir|account|user|recipient|folder)('s)?\b.{0,40}\b(full|over ?quota|(disk |storage )?quota|"
                + @"out of (space|storage)|no space|storage)|over ?quota|(mailbox|disk|storage|user|inbox) (\w+ )?quota|"
                + @"(storage|disk space|mailbox size|mailbox space|quota).{0,30}(exceeded|exhausted|full)|"
                + @"(exceeded|exhausted|over|exceeds).{0,30}(storage|disk|mailbox)|speichervolumen|too many messages on the server",
            Unless =
                @"\b(send|sending|sender|daily|hourly|monthly|outgoing|outbound|submission|per (hour|day|minute)|message rate|"
                + @"(message|mail|e-?mail)s? (count )?quota|max(imum)? (e-?mails?|messages?)|system storage)\b"
        },
        new("recipient.greylisted", VerdictKind.EmailLater, SmtpStages.Email,
            "The server makes unknown senders wait (greylisting). It is tried again by itself, and then taken.",
            "Postgrey: 450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted")
            {
                Codes = "4yz",
                Words =
                    @"gr[ae]y[ -]?list|postgrey|milter-greylist|(first|new) (time )?(sender|contact)|"
                    + @"try again in \d+ (seconds?|minutes?) .{0,20}(gr[ae]y|first)",
            },
        new("recipient.restricted", VerdictKind.Email, SmtpStages.Email,
            "The recipient takes e-mail from certain senders only. Ask the recipient, or the administrator there, to allow this sender.",
            "Exchange Online: 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; 550 5.7.134, 550 5.7.136")
            { Codes = "4yz 5yz", Enhanced = "5.7.12 5.7.13 5.7.124 5.7.129 5.7.133 5.7.134 5.7.136 5.7.193" },
        new("recipient.suppressed", VerdictKind.EmailForGood, SmtpStages.Email,
            "The provider does not send to this recipient any more, since an earlier e-mail bounced or was reported. Take the address off "
            + "its suppression list if that is mended.",
            "Postmark: 406 You tried to send to recipient(s) that have been marked as inactive")
            { Codes = "4yz 5yz", Words = @"suppress|marked as inactive|inactive recipient|hard bounce|previously bounced|unsubscribed" },
    ];

    /// <summary>The rest. None is of MAIL, which names no recipient.</summary>
    public static IReadOnlyList<VerdictRow> Others { get; } =
    [
        new("recipient.unknown-by-code", VerdictKind.Email, AfterMail, Unknown,
            "RFC 3463: X.1.1 Bad destination mailbox address; Gmail: 550-5.1.1 The email account that you tried to reach does not exist.")
            { Codes = "4yz 5yz", Enhanced = "x.1.1 x.1.3 x.1.4" },
        new("recipient.no-domain", VerdictKind.Email, AfterMail,
            "The recipient's domain takes no e-mail or does not exist. Check the address for typing errors.",
            "RFC 3463: X.1.2 Bad destination system address; RFC 7505: X.1.10 Null MX; Postfix: Recipient address rejected: "
            + "Domain not found")
            { Codes = "4yz 5yz", Enhanced = "x.1.2 x.1.10 x.4.4" },
        new("recipient.moved", VerdictKind.Email, AfterMail,
            "The recipient's address has moved. Ask for the new one.", "RFC 3463: X.1.6; RFC 5321: 551 User not local; please try <path>")
            { Codes = "4yz 5yz", Enhanced = "x.1.6" },
        new("recipient.disabled-by-code", VerdictKind.Email, AfterMail, Disabled,
            "RFC 3463: X.2.1 Mailbox disabled; Gmail: 550 5.2.1 The email account that you tried to reach is inactive.")
            { Codes = "4yz 5yz", Enhanced = "x.2.1" },
        new("recipient.unknown", VerdictKind.Email, AfterMail, Unknown,
            "Exim: 550 Unrouteable address; qmail: 550 sorry, no mailbox here by that name (#5.1.1); Hotmail: 550 Requested action not "
            + "taken: mailbox unavailable")
        {
            Codes = "4yz 5yz",
            Words =
                @"(user|mailbox|recipient|address|account|alias|local part|addressee|person)s?\b.{0,30}(unknown|"
                + @"not (found|exist|known|valid|listed|recogni[sz]ed)|does ?n[o']t exist|invalid|no longer)|"
                + @"(no|unknown|invalid|bad|illegal|non-?existent|unrecogni[sz]ed)( \w+)? (user|mailbox|recipient|address|account|alias|"
                + @"local part|person)|no mailbox here|unrout(e)?able|mailbox unavailable|domain not found|no such (domain|host)"
        },
        new("recipient.disabled", VerdictKind.Email, AfterMail, Disabled,
            "Yahoo: 554 delivery error: dd This account has been disabled or discontinued")
            {
                Codes = "4yz 5yz",
                Words =
                    @"(account|mailbox|user|recipient|address).{0,50}(disabled|discontinued|inactive|suspended|locked|closed|deactivated|"
                    + @"blocked|frozen|expired)|delivery error",
                Unless = "spam",
            },
        new("recipient.relay-denied", VerdictKind.Email, AfterMail,
            "The server does not relay for this sender: check SMTP_HOST, SMTP_USER and SMTP_AUTH.",
            "Postfix: 554 5.7.1 <a@example.org>: Relay access denied; hMailServer: 550 Delivery is not allowed to this address")
            { Codes = "4yz 5yz", Words = @"relay|not (a )?local|delivery (is )?not allowed|gateway|not in my list of allowed|rcpthosts" },
        new("recipient.list", VerdictKind.Email, AfterMail,
            "The recipient is a mailing list that does not take this e-mail. Ask its owner.", "RFC 3463: X.2.4, X.7.2")
            { Codes = "4yz 5yz", Enhanced = "x.2.4 x.7.2" },
        new("recipient.unreachable", VerdictKind.Email, AfterMail,
            "The server could not reach the recipient's. It says whether that is for good.",
            "RFC 3463: X.4.1 No answer from host, X.4.2 Bad connection, X.4.7 Delivery time expired")
            { Codes = "4yz 5yz", Enhanced = "x.4.0 x.4.1 x.4.2 x.4.3 x.4.7" },
        new("recipient.mailbox", VerdictKind.Email, AfterMail,
            "The recipient's mailbox does not take e-mail now. Where it is for good, reach the recipient in another way.",
            "RFC 3463: X.2.0; 450 Requested mail action not taken: mailbox unavailable")
            { Codes = "4yz 5yz", Enhanced = "x.2.0 x.1.0" },
    ];
}
