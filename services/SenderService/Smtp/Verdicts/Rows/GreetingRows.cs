namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>The name in EHLO, which a server may refuse there and then or only at MAIL or RCPT.</summary>
internal static class GreetingRows
{
    private const string Name =
        "The server refuses the name that this sender greets it with. Set SMTP_EHLO_NAME to a host name that has an address in DNS, best "
        + "the one that this machine's address points back to.";

    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        new("greeting.refused", VerdictKind.Greeting, SmtpStages.Any, Name,
            "Postfix: 504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname; Postfix: 450 4.7.1 <vm>: Helo command "
            + "rejected: Host not found; 163.com: 555 helohost error")
        {
            Codes = "4yz 5yz",
            Words =
                @"\b(helo|ehlo|hello|helohost)\b.{0,80}(reject|refus|invalid|denied|unknown|not |n't|need|bad|error|illegal|syntax|must|"
                + @"mismatch|fail|forg|fake|spoof|block)|(reject|refus|invalid|bad|illegal|syntactically|unacceptable|mismatch|"
                + @"forged).{0,40}\b(helo|ehlo)\b|fully[- ]qualified (host ?name|domain)",
            Unless =
                @"\bfirst\b|bad sequence|address rejected|sender address|recipient address|relay denied|credentials for relay",
            Reason = Reasons.Greeting
        },
        new("greeting.refused-at-ehlo", VerdictKind.Greeting, SmtpStages.Ehlo, Name, "501 5.5.4 Invalid domain name, in answer to EHLO")
            {
                Codes = "501 504 550 553 554 555",
                Unless = @"\bip\b|client host|block ?list|black ?list|rbl|spamhaus|reputation|too many|limit|throttl|reverse|ptr|rdns",
                Reason = Reasons.Greeting,
            },
    ];
}
