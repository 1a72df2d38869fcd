using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mail.ConfigService.Access;

/// <summary>Client keys: 256 random bits behind a prefix that people and secret scanners recognise.</summary>
internal static class Secrets
{
    internal const string Prefix = "mail_";

    internal static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A random secret of this length needs no salt and no slow hash.</summary>
    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    internal static bool Same(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));
}
