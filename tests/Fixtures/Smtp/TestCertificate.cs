using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>A certificate authority of the tests' own, made anew for each run, and what it signed.</summary>
public static class TestCertificate
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private static readonly X509Certificate2 _authority = MakeAuthority();

    /// <summary>A loopback address that no other process takes, so that servers can have the ports that they have in production.</summary>
    public static IPAddress OwnAddress { get; } =
        new([127, (byte)(64 + (Environment.ProcessId >> 16)), (byte)(Environment.ProcessId >> 8), (byte)Environment.ProcessId]);

    /// <summary>For localhost, 127.0.0.1 and <see cref="OwnAddress"/>.</summary>
    public static X509Certificate2 Server { get; } = Sign("localhost", _now.AddDays(1));

    /// <summary>For another host.</summary>
    public static X509Certificate2 OtherHost { get; } = Sign("mail.example", _now.AddDays(1));

    /// <summary>For localhost, and out of date.</summary>
    public static X509Certificate2 Expired { get; } = Sign("localhost", _now.AddDays(-1));

    /// <summary>Trusts the tests' authority and nobody else.</summary>
    public static X509ChainPolicy Trust
    {
        get
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(_authority);
            return policy;
        }
    }

    /// <summary>Writes the authority's certificate, for a process to trust by <c>SSL_CERT_FILE</c>.</summary>
    public static void WriteAuthority(string path) => File.WriteAllText(path, _authority.ExportCertificatePem());

    /// <summary>Writes <see cref="Server"/> and its key, for a process to be it.</summary>
    public static void WriteServer(string certificate, string key)
    {
        using var pair = Server.GetECDsaPrivateKey()!;
        File.WriteAllText(certificate, Server.ExportCertificatePem());
        File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mail tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request.CreateSelfSigned(_now.AddDays(-30), _now.AddDays(30));
    }

    private static X509Certificate2 Sign(string host, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (host == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(OwnAddress);
        }

        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, _now.AddDays(-20), until, RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
