using System.Buffers;
using System.Security.Cryptography;

namespace Mail.Store;

/// <summary>Names an attachment by its content: <c>sha256-</c> and the SHA-256 of its bytes in 64 lower-case hexadecimal digits.</summary>
public readonly record struct AttachmentId
{
    /// <summary>How an id is written, as a regular expression.</summary>
    public const string Pattern = "^sha256-[0-9a-f]{64}$";

    private const string Prefix = "sha256-";
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");
    private readonly string _text;

    private AttachmentId(string text) => _text = text;

    /// <summary>The hash.</summary>
    public byte[] Sha256 => Convert.FromHexString(_text.AsSpan(Prefix.Length));

    /// <summary>The id of these bytes.</summary>
    public static AttachmentId Compute(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>The id of bytes with this SHA-256.</summary>
    public static AttachmentId FromHash(ReadOnlySpan<byte> sha256) => new(Prefix + Convert.ToHexStringLower(sha256));

    /// <summary>Reads an id as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(string text, out AttachmentId id)
    {
        id = new(text);
        return text.Length == Prefix.Length + 64 && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(_digits) < 0;
    }

    /// <summary>As answers show it.</summary>
    public override string ToString() => _text;
}
