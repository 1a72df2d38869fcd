using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Mail.SenderService.Smtp.Settings;
using MailKit.Security;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Chooses how to log in. One mechanism, one attempt: MailKit's own way tries each that is offered, and a wrong
/// password would be counted several times by a server that locks accounts out.
/// </summary>
internal static partial class Login
{
    // Under TLS the plainest works everywhere. Without it, those that do not show the password come first.
    private static readonly string[] _encrypted = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5"];
    private static readonly string[] _inTheOpen = ["SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    /// <summary>The mechanisms that the server offers and this sender speaks, the one to use first.</summary>
    public static List<string> InOrder(IReadOnlySet<string> offered, bool encrypted) =>
        [.. (encrypted ? _encrypted : _inTheOpen).Where(offered.Contains)];

    /// <summary>A mechanism by its name.</summary>
    public static SaslMechanism By(string name, SmtpOptions options)
    {
        var credential = new NetworkCredential(options.User, options.Password);
        return name switch
        {
            "PLAIN" => new SaslMechanismPlain(Encoding.UTF8, credential),
            "LOGIN" => new SaslMechanismLogin(Encoding.UTF8, credential),
            "SCRAM-SHA-256" => new SaslMechanismScramSha256(credential),
            "SCRAM-SHA-512" => new SaslMechanismScramSha512(credential),
            "SCRAM-SHA-1" => new SaslMechanismScramSha1(credential),
            _ => new SaslMechanismCramMd5(credential)
        };
    }

    /// <summary>
    /// Whether the server does not know the mechanism that it offered: it has not looked at the password then. RFC 4954, 4 has
    /// 504 for it; a 535 is a login that failed, whatever it says.
    /// </summary>
    public static bool IsUnknownMechanism(int? code, string? reply) =>
        code == 504 || (code is 500 or 501 or 502 or 503 or 550 or 554 && reply is not null && Unknown().IsMatch(reply));

    [GeneratedRegex(
        @"(unrecogni[sz]ed|unsupported|unknown|not (supported|implemented|recogni[sz]ed|available|enabled)).{0,40}(auth|mechanism|command)|"
        + @"(auth\w*|mechanism|command).{0,40}(unrecogni[sz]ed|unsupported|unknown|"
        + @"not (supported|implemented|recogni[sz]ed|available|enabled))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unknown();
}
