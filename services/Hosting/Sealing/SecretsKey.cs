using System.Security.Cryptography;

namespace Mail.Hosting.Sealing;

/// <summary>A key on P-256 that secrets are sealed for.</summary>
public sealed class SecretsKey
{
    /// <summary>How many bytes name a key.</summary>
    internal const int IdSize = 8;

    private SecretsKey(ECDiffieHellman key, bool isPrivate)
    {
        (Public, Private) = (key.PublicKey, isPrivate ? key : null);
        Id = SHA256.HashData(Point(key.ExportParameters(includePrivateParameters: false)))[..IdSize];
    }

    /// <summary>Which key it is: the first bytes of the SHA-256 of its public part.</summary>
    internal byte[] Id { get; }

    internal ECDiffieHellmanPublicKey Public { get; }

    /// <summary>Null where only the public part is known.</summary>
    internal ECDiffieHellman? Private { get; }

    /// <summary>The public part: base64 of a SubjectPublicKeyInfo (RFC 5480).</summary>
    /// <exception cref="SettingException">It is none, or of another curve.</exception>
    public static SecretsKey ParsePublic(string text, string variable) => Parse(text, variable, isPrivate: false);

    /// <summary>A private key: base64 of PKCS #8 (RFC 5958).</summary>
    /// <exception cref="SettingException">It is none, or of another curve.</exception>
    public static SecretsKey ParsePrivate(string text, string variable) => Parse(text, variable, isPrivate: true);

    /// <summary>The public part of a private key, as ConfigService takes it.</summary>
    public string ExportPublic() => Convert.ToBase64String(Public.ExportSubjectPublicKeyInfo());

    internal static byte[] Point(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];

    /// <exception cref="CryptographicException">It is no point of the curve.</exception>
    internal static ECDiffieHellman FromPoint(byte[] point) => point[0] != 4
        ? throw new CryptographicException("The point is compressed.")
        : ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = point[1..33], Y = point[33..65] } });

    private static SecretsKey Parse(string text, string variable, bool isPrivate)
    {
        var key = ECDiffieHellman.Create();
        try
        {
            var bytes = Convert.FromBase64String(text.Trim());
            if (isPrivate)
                key.ImportPkcs8PrivateKey(bytes, out _);
            else
                key.ImportSubjectPublicKeyInfo(bytes, out _);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return new(key, isPrivate);
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            // Said below, without a part of the value.
        }

        key.Dispose();
        throw new SettingException(
            $"{variable} is no {(isPrivate ? "private" : "public")} key on P-256 in base64 (DER): docs/events.md says how to make a pair.");
    }
}
