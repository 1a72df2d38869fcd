namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>
/// Limits: a limit is a limit whatever the first digit of its code, since waiting always helps. Those of a recipient are
/// the e-mail's, those of a message's size stand elsewhere.
/// </summary>
internal static class LimitRows
{
    private const string Noun = @"(e-?mails?|mails?|messages?|msgs?|letters?|requests?|transactions?|deliveries|submissions?)";
    private const string Time = @"(second|minute|hour|day|week|month|24 ?h)";
    private const string OfSender =
        @"(daily|hourly|monthly|weekly|per[- ](second|minute|hour|day)|send(ing|er)?|sent|outgoing|outbound|submission|mail|e-?mail|"
        + @"message|msg|relay|account|customer|plan|smtp|domain)s?";

    private const string Waits = "This sender waits and goes on by itself, more slowly. SMTP_RATE keeps below the limit from the start.";

    /// <summary>
    /// Before any other limit: what a recipient or a single connection is allowed, and limits whose words are those of a full mailbox, of a
    /// message's size or of no limit at all.
    /// </summary>
    public static IReadOnlyList<VerdictRow> OfOthers { get; } =
    [
        new("recipient.rate", VerdictKind.EmailLater, SmtpStages.Email,
            "The recipient gets too much e-mail at the moment, from whomever. It is tried again by itself.",
            "Gmail: 450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being "
            + "delivered.")
        {
            Codes = "4yz 5yz",
            Words =
                @"(user|recipient|mailbox|account|inbox)s? (you are trying to (contact|reach) )?(is |are |has |have )?(been )?receiv|"
                + @"recipient (message |thread |delivery )?(rate|thread) limit|receiving (mail|messages) (too|at a rate)|"
                + @"mailbox received too|storedrv\.deliver|messages to (<)?\{to\}|recipient('s)? (has )?(exceeded|reached).{0,25}limit|"
                + @"receive limit|too (many|much) (messages|mails?|e-?mails?) (for|to) (this|that|the) (recipient|user|mailbox|address)",
            Unless = "too many (recipients|messages from)|blocked by your organi"
        },
        new("message.same-id", VerdictKind.EmailLater, SmtpStages.Email,
            "The server has lately seen the Message-ID of this e-mail too often. It is tried again by itself.",
            "Gmail: 421-4.7.28 Gmail has detected this message exceeded its quota for sending messages with the same Message-ID")
            { Codes = "4yz 5yz", Words = "same message-id" },
        new("limit.policy-daemon", VerdictKind.Pace, SmtpStages.Any, $"The account's limit at the provider is reached. {Waits}",
            "policyd and cbpolicyd: 450 4.7.1 Recipient address rejected: Policy rejection; Message count quota exceeded; iRedAPD: 554 "
            + "5.7.1 Recipient address rejected: Quota exceeded (number of mails in total); NetEase: 550 RP:TRC; Aruba: 550 5.1.0 "
            + "iemL1p01Z0hMcT901emQ77 policy violation; Cyberimpact: 452 4.2.2 Quota exceeded for the current period")
        {
            Codes = "4yz 5yz",
            Words =
                @"policy rejection\W{0,3}(message count |cumulative message size )?(quota )?exceeded|"
                + @"quota exceeded \((number of (mails|recipients)|accumulated)|quota exceeded for the current period|"
                + @"\b(MI:(STC|SFQ)|RP:(TRC|QRC|ORQ)|HL:(ITC|IFC))\b|^55\d 5\.1\.0 (?=[a-z]*\d)\w{8,} policy violation",
            Reason = Reasons.TooMuch
        },
        new("session.messages", VerdictKind.Connection, SmtpStages.Email,
            "The server takes so many e-mails over one connection and no more. The same e-mail goes out over a new one at once, and the "
            + "number is kept to from then on.",
            "452 4.4.5 Maximum number of messages per session exceeded; Amazon SES: 421 Connection closed by server. Maximum message count "
            + "per session reached.; NetEase: 450 MI:DMC, 450 RP:DRC")
        {
            Codes = "4yz 5yz",
            Words =
                @"(messages?|e-?mails?|mails?|transactions?|deliveries|recipients?|rcpts?|count|commands)[- ]((allowed|sent) )?(per|in|on|"
                + @"during|for|within|over)[- ]((a|an|one|this|the|each|single|same|your|smtp|tcp|current|given) )*(session|connection)|"
                + @"(per|one|single|this|each)[- ](session|connection) (message|mail|e-?mail|transaction|limit|maximum|quota)|"
                + @"(session|connection)[- ](message|transaction)s?[- ](limit|count|quota|maximum)|\b(MI:DMC|RP:DRC)\b"
        },
        new("session.messages-460", VerdictKind.Connection, SmtpStages.Email,
            "The server takes so many e-mails over one connection and no more. The same e-mail goes out over a new one at once, and the "
            + "number is kept to from then on.",
            "Broadcom Email Security: 460 too many messages (#4.3.0), past 100 of a connection")
                { Codes = "460", Words = "too many messages" },
        new("session.desynchronised", VerdictKind.Connection, SmtpStages.Mail,
            "The server and this sender no longer agreed where in the conversation they were. The same e-mail goes out over a new "
            + "connection.",
            "Postfix: 503 5.5.1 Error: nested MAIL command")
            { Codes = "503", Words = "nested|sequence|out of order|already|first" , Unless = "auth|login|logged" },
    ];

    /// <summary>Limits of this sender.</summary>
    public static IReadOnlyList<VerdictRow> OfThisSender { get; } =
    [
        new("limit.logins", VerdictKind.Pace, SmtpStages.Any,
            "There were too many logins, or too many that failed. This sender waits; check the login (SMTP_USER, and its password or the "
            + "access with a token) if it stays so, and lower SMTP_MAX_CONNECTIONS.",
            "Gmail: 454 4.7.0 Too many login attempts, please try again later.")
            {
                Codes = "4yz 5yz",
                Words =
                    @"too many ((failed|bad|invalid|unsuccessful|incorrect|wrong) )?(log-?in|logon|sign-?in|auth\w*|password)( attempts?|"
                    + @" failures?| errors?)?(?! .{0,20}connections?)",
                Unless = "concurrent|simultaneous",
                Reason = Reasons.Login,
            },
        new("limit.connections", VerdictKind.ConnectionCount, SmtpStages.Any,
            "The server takes fewer connections at once than this sender opened. It goes on over those that were accepted; set "
            + "SMTP_MAX_CONNECTIONS to the number that the server allows.",
            "Exchange Online: 432 4.3.2 Concurrent connections limit exceeded.; Amazon SES: 421 Too many concurrent SMTP connections; "
            + "Mimecast: 550 Exceeding outbound thread limit; NetEase: 421 HL:ICC")
        {
            Codes = "4yz 5yz",
            Words =
                @"(concurrent|simultaneous|parallel)(ly)?\b|too many( (open|active|smtp|client|tcp|incoming|inbound|current))* "
                + @"(connections?|sessions?|logins?|clients)|(maximum|max\.?|limit)( (number|count|amount))?( (of|for|on))?"
                + @"( (your|allowed|open|smtp|client|tcp))* ?(connections?|sessions?)|"
                + @"(connections?|sessions?|concurrency)( (count|number))? (limit|quota|maximum)|"
                + @"(client|sender|outbound|inbound) thread limit|(connections?|sessions?) (exceed|over)|\bHL:ICC\b",
            Unless = @"connection rate|rate limit|frequen|per (second|minute|hour|day)|short (period|time|amount)|too (fast|quick)",
            Reason = Reasons.TooMuch
        },
        new("limit.connection-rate", VerdictKind.Pace, SmtpStages.Any,
            $"The server was connected to too often in a short time. {Waits}",
            "SendGrid's peers: 450 too frequent connects from 192.0.2.1; 452 4.3.2 Connection rate limit exceeded.")
            {
                Codes = "4yz 5yz",
                Words = @"connect\w*.{0,20}(rate|frequen|too (fast|quick|often))|(rate|frequen\w+|fast|quick) .{0,12}connect",
                Reason = Reasons.TooMuch,
            },
        new("limit.credits", VerdictKind.Pace, SmtpStages.Any,
            "The account's credit at the provider is used up. Look there; SMTP_RATE spreads what is left. E-mails wait, and this sender "
            + "tries again by itself.",
            "SendGrid: 451 Authentication failed: Maximum credits exceeded")
            {
                Codes = "4yz 5yz",
                Words =
                    @"credits? .{0,20}(exceeded|exhausted|expired|used up|reached|insufficient)|"
                    + @"(out of|no|insufficient|not enough|maximum|exceeded) .{0,12}credits?\b|upgrade your plan|plan limit",
                Reason = Reasons.TooMuch,
            },
        new("limit.rate", VerdictKind.Pace, SmtpStages.Any, $"The account sends faster than the server allows. {Waits}",
            "Mailtrap: 550 5.7.0 Requested action not taken: too many emails per second; Amazon SES: 454 Throttling failure: Maximum "
            + "sending rate exceeded.; QQ: 550 Domain frequency limited; Alibaba: 554 Reject by behaviour spam at Rcpt State; "
            + "MailChannels: 550 5.7.1 [BR] Our system has detected an excessively high number of invalid recipients originating from your "
            + "account.")
        {
            Codes = "4yz 5yz",
            Words =
                @"rate[- ]?limit|\brate\b.{0,25}(exceed|too (high|fast)|limit|reached)|"
                + @"(exceed\w*|limit\w*|maximum|max|unusual|high|excessive) .{0,25}\brate\b|throttl|"
                + $@"too (many|much)( (?!in\b|of\b|parts|attach|head|hop|invalid|unknown|bad|error)[\w-]+){{0,2}} {Noun}|"
                + @"too many (recipients?|rcpts?) from\b|too (fast|quickly|frequent(ly)?|often|rapidly)|frequency|slow(ing)? down|"
                + @"(excessive|unexpected|unusual|high) (volume|amount|number)|volume limit|sending speed|reject by behaviou?r spam",
            Reason = Reasons.TooMuch
        },
        new("limit.quota", VerdictKind.Pace, SmtpStages.Any, $"The account's limit at the provider is reached. {Waits}",
            "Gmail: 550 5.4.5 Daily user sending limit exceeded.; cPanel: Domain example.com has exceeded the max emails per hour (500/500 "
            + "(100%)) allowed.; IONOS: 450 Mail send limit exceeded.; mox: 451 4.7.0 max number of messages (1000) over past 24h "
            + "reached")
        {
            Codes = "4yz 5yz",
            Words =
                $@"\b{OfSender}([ -][\w-]+){{0,4}} (limit|quota|allowance|threshold|cap)s?\b|"
                + @"(limit|quota|allowance|maximum|max|exceed\w*|reached|over|more than|only)\b.{0,60}"
                + $@"(\b(per|an?|in|this|each|every|within|for) ?(the )?(last |past )?\d*[ -]?{Time}|\bhourly|\bdaily|\bmonthly|\btoday)|"
                + @"messaging limits?|(limit|quota) (on|of|for) (\w+ ){0,2}(outgoing|outbound|sent|sending|messages|e-?mails|mails)|"
                + @"(limit|quota|allowance)s? .{0,12}(was |is |were |are |has been |have been )?(exceeded|reached|exhausted|hit)|"
                + @"(exceeded|reached|over|hit) (your |the |its |their |his |her |a |an |my )?([\w-]+ ){0,3}(limit|allowance|"
                + $@"threshold)s?|{Noun} count (limit|quota)|(exceed\w*|reached|over|hit) your ([\w-]+ ){{0,3}}quota|"
                + @"too many (recipients?|rcpts?)\b.{0,20}\b(this|per|an?|each|every|in|within|last|past) ?(the )?(last |past )?\d*[ -]?"
                + $@"{Time}|over (the )?(past|last) \d+ ?h|achieved the maximum threshold|"
                + $@"\bper \d*[ -]?{Time}s? .{{0,12}}(exceeded|reached)",
            Unless =
                @"\b(size|line|length|header|hops?|large|long|bytes|megabytes|recipients? per (message|e-?mail|mail)|attachments?|"
                + @"over quota|(mailbox|inbox) (is (full|over)|size|quota|storage|full|over)|disk|storage|spam score|score)\b",
            Reason = Reasons.TooMuch
        },
        new("limit.busy", VerdictKind.Pace, SmtpStages.Any,
            $"The server has no room for more of this account at the moment. {Waits}",
            "Exchange Online: 451 4.7.500 Server busy. Please try again later.")
            { Codes = "4yz", Enhanced = "4.7.500", Reason = Reasons.TooMuch },
        new("limit.submission-quota", VerdictKind.Pace, SmtpStages.Any,
            $"The account's limit at the provider is reached. {Waits}",
            "Exchange: 550 5.2.2 SubmissionQuotaExceededException; the sender's submission quota was exceeded")
            { Codes = "4yz 5yz", Words = @"submission ?quota", Reason = Reasons.TooMuch },
    ];
}
