using System.Net;
using System.Text;
using MailKit.Security;

namespace Mail.SenderService.Smtp;

/// <summary>
/// Chooses how to log in. One mechanism, one attempt: MailKit's own way tries each that is offered, and a wrong
/// password would be counted several times by a server that locks accounts out.
/// </summary>
internal static class Login
{
    // Under TLS the plainest works everywhere. Without it, those that do not show the password come first.
    private static readonly string[] _encrypted = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5"];
    private static readonly string[] _inTheOpen = ["SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    /// <summary>The mechanism to use; null where the server offers none that this sender speaks.</summary>
    public static SaslMechanism? Choose(IReadOnlySet<string> offered, bool encrypted, SmtpOptions options)
    {
        var credential = new NetworkCredential(options.User, options.Password);
        return (encrypted ? _encrypted : _inTheOpen).FirstOrDefault(offered.Contains) switch
        {
            "PLAIN" => new SaslMechanismPlain(Encoding.UTF8, credential),
            "LOGIN" => new SaslMechanismLogin(Encoding.UTF8, credential),
            "SCRAM-SHA-256" => new SaslMechanismScramSha256(credential),
            "SCRAM-SHA-512" => new SaslMechanismScramSha512(credential),
            "SCRAM-SHA-1" => new SaslMechanismScramSha1(credential),
            "CRAM-MD5" => new SaslMechanismCramMd5(credential),
            _ => null
        };
    }
}
