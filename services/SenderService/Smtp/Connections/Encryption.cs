using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>The TLS handshake. Certificates are checked, and there is no switch that would turn that off.</summary>
internal static class Encryption
{
    /// <summary>Encrypts; trusts what <paramref name="trust"/> says, the system's store where it is null.</summary>
    /// <exception cref="SmtpTrouble">The handshake failed, or the certificate is not the host's.</exception>
    public static async Task BeginAsync(SmtpStream wire, string host, X509ChainPolicy? trust)
    {
        string? refused = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = trust?.Clone(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                refused = errors == SslPolicyErrors.None ? null : Describe(certificate, chain, errors);
                return refused is null;
            }
        };
        try
        {
            await wire.EncryptAsync(options);
        }
        catch (AuthenticationException failed)
        {
            throw refused is null
                ? new SmtpTrouble(SmtpFault.TlsFailed, $"the TLS handshake failed: {(failed.InnerException ?? failed).Message}", failed)
                : new SmtpTrouble(SmtpFault.CertificateRefused, $"the certificate of {host} is not valid: {refused}", failed);
        }
    }

    private static string Describe(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "there is none";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"it is for another host ({certificate?.Subject})";
        return string.Join(", ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim()) ?? ["it is not trusted"]);
    }
}
