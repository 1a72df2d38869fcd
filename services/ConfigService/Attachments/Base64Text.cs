using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// Base64 (RFC 4648, 4) as it stands in JSON: decoded from the request's bytes, since a string of it would take twice as much memory as the
/// request. Pure.
/// </summary>
internal static class Base64Text
{
    /// <summary>Decodes it; null where it is none. It has its padding, and may have line breaks.</summary>
    /// <param name="json">The JSON string, quotes and escapes and all.</param>
    internal static byte[]? Decode(ReadOnlySpan<byte> json)
    {
        var characters = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var length = Unescape(json[1..^1], characters);
            if (length < 0 || length % 4 != 0)
                return null;
            var padding = length == 0 ? 0 : characters.AsSpan(0, length).EndsWith("=="u8) ? 2 : characters[length - 1] == '=' ? 1 : 0;
            var bytes = GC.AllocateUninitializedArray<byte>((length / 4 * 3) - padding);
            return Base64.DecodeFromUtf8(characters.AsSpan(0, length), bytes, out var read, out var written) == OperationStatus.Done
                && read == length && written == bytes.Length
                ? bytes
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(characters);
        }
    }

    // Without line breaks. The number of characters that are left; -1 where one can't be base64.
    private static int Unescape(ReadOnlySpan<byte> json, Span<byte> characters)
    {
        var length = 0;
        while (!json.IsEmpty)
        {
            var plain = json.IndexOf((byte)'\\');
            var run = plain < 0 ? json : json[..plain];
            // The decoder skips white space, of which only line breaks are allowed; JSON has those as escapes.
            if (run.ContainsAny((byte)' ', (byte)'\t'))
                return -1;
            run.CopyTo(characters[length..]);
            length += run.Length;
            json = json[run.Length..];
            if (json.IsEmpty)
                break;
            if (!TryEscape(json, out var character, out var escape))
                return -1;
            if (character is not ('\r' or '\n'))
                characters[length++] = (byte)character;
            json = json[escape..];
        }

        return length;
    }

    private static bool TryEscape(ReadOnlySpan<byte> json, out char character, out int length)
    {
        (character, length) = ((char)json[1], 2);
        if (json[1] == 'u')
        {
            length = 6;
            character = (char)ushort.Parse(json[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
        else if (json[1] is (byte)'n' or (byte)'r')
        {
            character = '\n';
        }

        return character is '\r' or '\n' or '/' or '+' or '=' || char.IsAsciiLetterOrDigit(character) && json[1] == 'u';
    }
}
