namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>What a server says of itself, and the last rows, which know no words: they follow the code and the stage.</summary>
internal static class OtherRows
{
    private const string Protocol =
        "The server does not understand what was asked of it. Check that SMTP_HOST and SMTP_PORT are those of a mail server that takes "
        + "e-mail from clients.";
    private const string Later = "The server asks to come back later; this sender does so by itself.";

    /// <summary>Of MAIL FROM, which carries the account's address and nothing of the e-mail but its size.</summary>
    public static VerdictRow RefusedAtMail { get; } =
        new("account.from-at-mail", VerdictKind.Account, SmtpStages.Mail,
            "The server does not take e-mail from this sender. Set SMTP_FROM_EMAIL to an address that SMTP_USER may send as; if it is, ask "
            + "the provider about the account.",
            "Mailtrap: 550 5.7.1 Sending from domain is not allowed; Exchange: 501 5.1.7 Bad sender address syntax; 550 This domain is not "
            + "associated with your account")
        {
            Codes = "5yz",
            Words =
                @"sender|\bfrom\b|domain|account|user|mailbox|identit|\baddress|permi(t|ss)|authori|authentic|activat|verif|"
                + @"suspend|disab|denied|relay|polic|prohibit|reject|refus|service unavailable|spam source|\bMI:IMF\b",
            Reason = Reasons.Sender
        };

    /// <summary>Before the rows of recipients and messages, which know words alone.</summary>
    public static IReadOnlyList<VerdictRow> Unavailable { get; } =
    [
        new("message.suspicious-for-now", VerdictKind.EmailLater, SmtpStages.Message,
            "The server takes the e-mail for suspicious, and may take it later. Look at its links and its text.",
            "Gmail: 421 4.7.0 This message is suspicious due to the nature of the content or the links within.")
            { Codes = "421", Words = "this message is suspicious" },
        new("email.too-many-errors", VerdictKind.EmailLater, SmtpStages.Email,
            "The server ended the conversation after it had refused too much of it, such as recipients that it does not know. Check the "
            + "recipients; the e-mail is tried again by itself.",
            "Exchange: 421 4.7.0 Too many errors on this connection, closing transmission channel; Postfix: 421 4.7.0 "
            + "Error: too many errors")
            { Codes = "421", Words = "too many errors" },
        new("server.closing", VerdictKind.Server, SmtpStages.Any, Later,
            "RFC 5321, 3.8: 421 Service not available, closing transmission channel")
            { Codes = "421", Reason = Reasons.Unavailable },
        new("server.not-accepting", VerdictKind.Server, SmtpStages.Any,
            $"The server takes no e-mail at the moment. {Later}",
            "RFC 3463: X.3.2 System not accepting network messages; Postfix: 450 4.3.2 Service currently unavailable")
            { Codes = "4yz 5yz", Enhanced = "x.3.2", Reason = Reasons.Unavailable },
        new("server.no-service", VerdictKind.Server, SmtpStages.Connect | SmtpStages.Ehlo | SmtpStages.Tls,
            "The server does not serve this machine. Check SMTP_HOST and SMTP_PORT; some servers say this to addresses that they block.",
            "RFC 5321, 3.1: 554 No SMTP service here")
                { Codes = "5yz" },
        new("server.later", VerdictKind.Server,
            SmtpStages.Connect | SmtpStages.Ehlo | SmtpStages.Tls, Later, "450 or 451 in place of a greeting")
            { Codes = "4yz" },
    ];

    /// <summary>A refusal for good that says that it is not. Before the rows of recipients, whose words it has.</summary>
    public static VerdictRow LaterAllTheSame { get; } =
        new("email.later-by-words", VerdictKind.EmailLater, SmtpStages.Rcpt | SmtpStages.Message,
            "The server asks to try again later, and it is tried again by itself. Where it says so of many e-mails, it limits the account: "
            + "SMTP_RATE keeps below the limit.",
            "GMX: 550-Requested action not taken: mailbox unavailable / 550 Failure sending mail. Try again later.; 554 Transaction "
            + "failed[Service Temporarily Unavailable. Please try after a few minutes.]")
            {
                Codes = "5yz",
                Words =
                    @"try (it |sending )?again (later|in )|try (again )?after (some|a few|\d)|try later|retry later|could not be queued|"
                    + @"error sending message for delivery",
            };

    /// <summary>The last rows.</summary>
    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        new("server.storage", VerdictKind.EmailLater, SmtpStages.Email,
            "The server is short of storage. The e-mail is tried again by itself.",
            "RFC 3463: X.3.1 Mail system full; Postfix: 452 4.3.1 Insufficient system storage")
            { Codes = "4yz", Enhanced = "4.3.1" },

        new("protocol.not-understood", VerdictKind.Email, SmtpStages.Email, Protocol,
            "RFC 5321, 4.2.2: 500, 501, 502, 503, 504, 555; RFC 3463: X.5.x")
            { Codes = "500 501 502 503 504 555" },
        new("protocol.not-understood-by-code", VerdictKind.Email, SmtpStages.Email, Protocol, "RFC 3463: X.5.0 to X.5.6")
            { Codes = "4yz 5yz", Enhanced = "x.5.0 x.5.1 x.5.2 x.5.4 x.5.5 x.5.6" },

        new("message.size-552", VerdictKind.Email, SmtpStages.Mail | SmtpStages.Message,
            "The server says so of what is larger than it takes, or than the recipient's mailbox has room for. Make the e-mail smaller, or "
            + "link to what is large.",
            "RFC 1870, 6.1 and 6.3: 552 at MAIL, and after the final dot") { Codes = "552" },
        new("email.later", VerdictKind.EmailLater, SmtpStages.Email,
            "The server could not take the e-mail now. It is tried again by itself; the reply says why.",
            "RFC 5321, 4.2.1: 4yz, transient negative completion")
            { Codes = "4yz" },
        new("email.refused-sender-stage", VerdictKind.EmailForGood, SmtpStages.Mail,
            "The server does not take this e-mail, and its reply says why. Where it says so of every e-mail, check SMTP_FROM_EMAIL and "
            + "the account.",
            "RFC 5321, 4.2.1: 5yz, permanent negative completion")
            { Codes = "5yz" },
        new("email.refused-recipient", VerdictKind.EmailForGood, SmtpStages.Rcpt,
            "The server does not take e-mail for this recipient, and its reply says why. Check the address.",
            "RFC 5321, 4.2.1: 5yz, permanent negative completion")
            { Codes = "5yz" },
        new("email.refused-message", VerdictKind.EmailForGood, SmtpStages.Message,
            "The server does not take this e-mail, and its reply says why.", "RFC 5321, 4.2.1: 5yz, permanent negative completion")
            { Codes = "5yz" },
    ];

    /// <summary>A reply that is neither a yes nor a no where it stands.</summary>
    public static VerdictRow Unexpected { get; } =
        new(
            "email.unexpected-reply", VerdictKind.EmailLater, SmtpStages.Email,
            "The server answered what does not fit the question. The e-mail is tried again by itself.",
            "RFC 5321, 4.3.2: 250 in answer to DATA");

    /// <summary>The same, before any e-mail was mentioned.</summary>
    public static VerdictRow UnexpectedAtOpening { get; } =
        new(
            "server.unexpected-reply", VerdictKind.Server, SmtpStages.Opening,
            "The server answered what does not fit the question. Check SMTP_HOST and SMTP_PORT.", "a greeting other than 220");

    /// <summary>The conversation broke after the final dot.</summary>
    public static VerdictRow InDoubt { get; } =
        new(
            "doubt.after-dot",
            VerdictKind.Email,
            SmtpStages.Dot,
            "The server may or may not have it. Look for its Message-ID before sending it again.",
            "RFC 5321, 4.5.4.1 and RFC 1047: a reply to the final dot that never came");
}
