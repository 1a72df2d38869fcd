namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>This machine's network address, which the server dislikes whatever the e-mail.</summary>
internal static class NetworkRows
{
    private const string Listed =
        @"(spamhaus|barracuda|sorbs|spamcop|uceprotect|abuseat|proofpoint|cloudmark|senderscore|invaluement|mailspike|\w*dnsb[lw]\w*|"
        + @"\brbl\b|\b(cbl|sbl|xbl|pbl|zen|css|bl)\b|block(ed)?[ -]?list(ed)?|black[ -]?list(ed)?|deny ?list|blocked using|"
        + @"listed (in|on|by|at)|reputation)";
    private const string Address =
        @"(client( host)?|\bip( address)?\b|host \[|hosts?\b|\bip=|your (server|network|ip|host|connection)|connections? from|mail from \d|"
        + @"from \[?\d+\.|\[\d+\.|\d+\.\d+\.\d+\.\d+|service not available|no smtp service)";

    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        new("network.blocklisted", VerdictKind.Server, SmtpStages.Opening | SmtpStages.Mail | SmtpStages.Rcpt,
            "This machine's network address is on a blocklist that the server asks. The reply names the list: ask for removal there, or "
            + "send through a provider (SMTP_HOST).",
            "Postfix: 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; GMX: 554 IP address is "
            + "block listed.")
            {
                Codes = "4yz 5yz",
                Words = $"{Address}.{{0,120}}{Listed}|{Listed}.{{0,120}}{Address}",
                Unless = @"\burl\b|\blinks?\b|content|body",
                Reason = Reasons.Blocked,
            },
        new("network.no-name", VerdictKind.Server, SmtpStages.Any,
            "This machine's network address has no name in reverse DNS (PTR), and the server wants one. Whoever gave the address can set "
            + "it; or send through a provider (SMTP_HOST).",
            "Postfix: 450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]; Gmail: 550-5.7.25 The IP address sending "
            + "this message does not have a PTR record setup")
            {
                Codes = "4yz 5yz",
                Words =
                    @"\bptr\b|reverse[- ](dns|hostname|lookup|name|resolution)|cannot find your (reverse )?host ?name|\brdns\b|"
                    + @"reverse host ?name|no reverse",
                Reason = Reasons.Blocked,
            },
        new("network.no-name-by-code", VerdictKind.Server, SmtpStages.Any,
            "This machine's network address has no name in reverse DNS (PTR), and the server wants one. Whoever gave the address can set "
            + "it; or send through a provider (SMTP_HOST).",
            "RFC 7372: X.7.25 Reverse DNS validation failed")
            { Codes = "4yz 5yz", Enhanced = "x.7.25", Reason = Reasons.Blocked },
        new("network.client-refused", VerdictKind.Server, SmtpStages.Opening | SmtpStages.Mail | SmtpStages.Rcpt,
            "The server refuses this machine's network address. Check SMTP_HOST, or ask the server's operator to allow the address.",
            "Postfix: 554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied")
            {
                Codes = "4yz 5yz",
                Words =
                    @"client host (rejected|refused|denied|blocked)|(your|this) (ip|host|client|network)( address)? (is |has been |was )?"
                    + @"(blocked|banned|rejected|refused|denied|blacklisted)|\bip( address)? .{0,30}(blocked|banned|denied|refused)|"
                    + @"black ip|remote ip|will be permanently deferred|banned send(ing ip|er)|your access to (submit|this)",
                Reason = Reasons.Blocked,
            },
    ];
}
