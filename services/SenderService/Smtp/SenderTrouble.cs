using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp;

/// <summary>
/// Tells trouble of the sender (its network, its account, its pace) from trouble of an e-mail. Were the first taken for
/// the second, one wrong password would fail a thousand e-mails; were the second taken for the first, one e-mail that
/// nobody takes would hold up all the others.
/// </summary>
internal static partial class SenderTrouble
{
    public const string SenderAddressRefused = "sender address refused";
    public const string TooMuch = "too much e-mail for the server";
    public const string LoginRefused = "login refused";

    /// <summary>The sender's trouble in a few words; null where it is the e-mail's.</summary>
    public static string? Of(HandOver evidence) => evidence.Fault switch
    {
        SmtpFault.Stopped => "stopped",
        SmtpFault.CutOff => "cut off from the database",
        SmtpFault.NotResolved => "host not found",
        SmtpFault.TlsNotOffered or SmtpFault.TlsFailed => "TLS refused",
        SmtpFault.CertificateRefused => "certificate not valid",
        SmtpFault.LoginNotOffered or SmtpFault.LoginNotSpoken or SmtpFault.LoginRefused when evidence.ReplyCode is not 421 => LoginRefused,
        _ => ByReply(evidence) ?? ByStage(evidence.Stage)
    };

    private static string? ByReply(HandOver evidence) => evidence.ReplyCode switch
    {
        421 => "server not available",
        // RFC 4954, 6: asked for a login in mid-conversation.
        530 or 534 or 535 or 538 => LoginRefused,
        // Exim and Exchange say it with a code that elsewhere is the recipient's. After the message it would be its signatures that are meant.
        >= 500 and < 600 when evidence is { Stage: < SmtpStage.Data, Reply: { } reply } && WantsLogin().IsMatch(reply) => LoginRefused,
        >= 400 and < 600 when !IsAboutMailbox(evidence.Reply) && IsAboutPace(evidence.Reply) => TooMuch,
        >= 500 and < 600 when IsAboutFrom(evidence) => SenderAddressRefused,
        _ => null
    };

    // Up to the login no e-mail has been mentioned yet.
    private static string? ByStage(SmtpStage stage) => stage switch
    {
        SmtpStage.Connect => "no connection",
        SmtpStage.Tls => "TLS refused",
        SmtpStage.Auth => LoginRefused,
        _ => null
    };

    // RFC 3463: X.2.2 is the recipient's mailbox, full; X.4.5 its host, congested, but Gmail's word for one's own daily limit.
    private static bool IsAboutMailbox(string? reply) => SmtpReply.Enhanced(reply)?[1..] is ".2.1" or ".2.2";

    private static bool IsAboutPace(string? reply) =>
        reply is not null && (SmtpReply.Enhanced(reply) is "4.3.2" or "4.7.500" || Pace().IsMatch(reply));

    // The sender address is the same for every e-mail, so a server that refuses it at MAIL FROM refuses them all.
    private static bool IsAboutFrom(HandOver evidence) =>
        evidence.Reply is { } reply
        && (NotOwned().IsMatch(reply)
            || (evidence.Stage == SmtpStage.MailFrom && (SmtpReply.Enhanced(reply) is "5.1.7" or "5.1.8" || SenderAddress().IsMatch(reply))));

    [GeneratedRegex(
        @"too many (concurrent |simultaneous )?(connection|session|login|message|mail)s?|too much mail|connections? limit|concurrent connection|rate ?limit|(sending|message|connection|submission) rate|rate (is |was )?exceeded|throttl|sending (limit|quota)|(daily|hourly|monthly) .{0,40}(limit|quota)|message quota|messaging limits|credits exceeded",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pace();

    [GeneratedRegex(
        @"authentication (is )?required|without authentication|client not authenticated|(turn on|enable|use) SMTP auth",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WantsLogin();

    // Postfix, Exchange, Amazon SES.
    [GeneratedRegex(
        @"not owned by (user|authenticated)|SendAsDenied|not (allowed|permitted|authori[sz]ed) to send (as|from)|address(es)? (is|are) not verified",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotOwned();

    [GeneratedRegex(
        @"sender address rejected|sender (is |was )?(rejected|refused|denied)|(bad|invalid) (outbound )?sender|from address",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SenderAddress();
}
