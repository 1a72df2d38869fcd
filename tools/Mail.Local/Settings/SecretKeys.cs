using System.Security.Cryptography;

namespace Mail.Local.Settings;

/// <summary>A pair of keys for the secrets of webhooks, on the curve P-256.</summary>
internal static class SecretKeys
{
    /// <summary>A new pair: SubjectPublicKeyInfo (RFC 5280, 4.1) and PKCS #8 (RFC 5958), both in Base64.</summary>
    internal static (string Public, string Private) Create()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return (Convert.ToBase64String(pair.PublicKey.ExportSubjectPublicKeyInfo()), Convert.ToBase64String(pair.ExportPkcs8PrivateKey()));
    }
}
