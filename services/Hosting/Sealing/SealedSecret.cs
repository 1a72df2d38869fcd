using System.Security.Cryptography;
using System.Text;

namespace Mail.Hosting.Sealing;

/// <summary>
/// A secret that one service writes and only another can read: an ephemeral key agrees with the reader's (ECDH on P-256), HKDF-SHA256 makes
/// a key of it, and AES-256-GCM seals the secret for the row that it belongs to. In another row it can't be opened.
/// </summary>
/// <remarks>
/// One byte of version (1), 8 bytes that name the reader's key, 65 bytes of the ephemeral public key (uncompressed, SEC 1 section 2.3.3),
/// 16 bytes of tag, and the ciphertext. Each ephemeral key seals one secret, so the nonce is zero.
/// </remarks>
public static class SealedSecret
{
    private const byte Version = 1;
    private const int TagSize = 16;
    private const int PointSize = 65;
    private const int Header = 1 + SecretsKey.IdSize + PointSize + TagSize;
    private static readonly byte[] _nonce = new byte[12];

    /// <summary>Seals a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="reader">Whose it is to read.</param>
    /// <param name="row">The identity of the row that it is kept in.</param>
    public static byte[] Seal(ReadOnlySpan<byte> secret, SecretsKey reader, string row)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = SecretsKey.Point(ephemeral.ExportParameters(includePrivateParameters: false));
        var key = KeyFor(ephemeral, reader.Public, point, reader.Id);
        try
        {
            var result = new byte[Header + secret.Length];
            result[0] = Version;
            reader.Id.CopyTo(result.AsSpan(1));
            point.CopyTo(result.AsSpan(1 + SecretsKey.IdSize));
            using var aes = new AesGcm(key, TagSize);
            aes.Encrypt(
                _nonce, secret, result.AsSpan(Header), result.AsSpan(Header - TagSize, TagSize),
                Associated(row, result.AsSpan(0, Header - TagSize)));
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens what was sealed for one of the keys; null where it was sealed for another, or for another row.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> @sealed, IEnumerable<SecretsKey> keys, string row)
    {
        if (@sealed.Length < Header || @sealed[0] != Version)
            return null;
        var id = @sealed.Slice(1, SecretsKey.IdSize).ToArray();
        var point = @sealed.Slice(1 + SecretsKey.IdSize, PointSize).ToArray();
        if (keys.FirstOrDefault(each => each.Private is not null && each.Id.SequenceEqual(id)) is not { } own)
            return null;
        byte[]? key = null;
        try
        {
            using var ephemeral = SecretsKey.FromPoint(point);
            key = KeyFor(own.Private!, ephemeral.PublicKey, point, id);
            var secret = new byte[@sealed.Length - Header];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(
                _nonce, @sealed[Header..], @sealed.Slice(Header - TagSize, TagSize), secret,
                Associated(row, @sealed[..(Header - TagSize)]));
            return secret;
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] KeyFor(ECDiffieHellman own, ECDiffieHellmanPublicKey other, byte[] ephemeralPoint, byte[] readerId)
    {
        var shared = own.DeriveRawSecretAgreement(other);
        try
        {
            return HKDF.DeriveKey(
                HashAlgorithmName.SHA256, shared, outputLength: 32, salt: ephemeralPoint, info: [.. "mail.sealed-secret.1"u8, .. readerId]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static byte[] Associated(string row, ReadOnlySpan<byte> header) => [.. header, .. Encoding.UTF8.GetBytes(row)];
}
