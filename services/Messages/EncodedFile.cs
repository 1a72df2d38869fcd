using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Mail.Store;

namespace Mail.Messages;

/// <summary>An attachment's bytes as messages have them: encoded once, for all e-mails that carry it.</summary>
public sealed class EncodedFile
{
    // RFC 2045, 6.8: lines of 76 characters, of 57 bytes.
    private const int LineBytes = 57;

    // All but tabs and line breaks.
    private static readonly SearchValues<byte> _controls =
        SearchValues.Create(
            [.. Enumerable.Range(0, 128).Select(octet => (byte)octet).Where(octet => octet is < 32 and not (9 or 10 or 13) or 127)]);

    private EncodedFile(byte[] base64, bool isUtf8, bool isPlainText) => (Base64, IsUtf8, IsPlainText) = (base64, isUtf8, isPlainText);

    /// <summary>The bytes in base64, in lines that each end with CR LF.</summary>
    public ReadOnlyMemory<byte> Base64 { get; }

    /// <summary>Whether they are valid UTF-8.</summary>
    public bool IsUtf8 { get; }

    /// <summary>
    /// Whether they may travel as they are where they are a text (7bit, RFC 2045, 2.7): ASCII in lines that a server takes, which end with
    /// CR LF, and with nothing that a server on the way could change.
    /// </summary>
    public bool IsPlainText { get; }

    /// <summary>Encodes bytes.</summary>
    public static EncodedFile From(ReadOnlySpan<byte> bytes)
    {
        var base64 = GC.AllocateUninitializedArray<byte>((int)MessageSize.Base64(bytes.Length));
        var rest = bytes;
        var length = 0;
        while (!rest.IsEmpty)
        {
            var line = rest[..Math.Min(LineBytes, rest.Length)];
            System.Buffers.Text.Base64.EncodeToUtf8(line, base64.AsSpan(length), out _, out var written);
            length += written;
            "\r\n"u8.CopyTo(base64.AsSpan(length));
            length += 2;
            rest = rest[line.Length..];
        }

        return new(base64, Utf8.IsValid(bytes), Fits(bytes));
    }

    private static bool Fits(ReadOnlySpan<byte> text)
    {
        if (!Ascii.IsValid(text) || text.ContainsAny(_controls))
            return false;
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? text : text[..end];
            // Mail readers put a > before a From at the beginning of a line, and some servers cut blanks off its end.
            if (line.Length > HeaderLines.MaxLine || line.StartsWith("From "u8) || line.EndsWith(" "u8) || line.EndsWith("\t"u8))
                return false;
            if (end < 0)
                return true;
            if (!text[end..].StartsWith("\r\n"u8))
                return false;
            text = text[(end + 2)..];
        }

        return true;
    }
}
