using System.Text;

namespace Mail.Store;

/// <summary>
/// The lines of a header. ASCII travels as it is, folded at white space alone, so that what a machine reads (JSON, a token) stays what it
/// was; what is beyond ASCII travels in encoded-words (RFC 2047) that can each be decoded alone.
/// </summary>
public static class HeaderLines
{
    /// <summary>Characters that a line may have (RFC 5322, 2.1.1).</summary>
    public const int MaxLine = 998;

    /// <summary>Characters that a stretch without white space may have: a line of its own, but for the white space before it.</summary>
    public const int MaxUnbroken = MaxLine - 1;

    // RFC 2047, 2: of an encoded-word, and of a line that has one.
    private const int MaxWord = 75;
    private const int MaxEncodedLine = 76;
    private const string Opening = "=?utf-8?";
    private const int Around = 12;
    private const string LineBreak = "\r\n";

    /// <summary>What follows the colon, line break and all: folded where it can be, else encoded.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value, without control characters but tabs.</param>
    public static string Write(string name, string value) =>
        (Ascii.IsValid(value) ? Fold(name, value) : null) ?? $" {Encode(value, name.Length + 2, LineBreak + " ")}{LineBreak}";

    /// <summary>
    /// What follows the colon, line break and all, folded at white space into lines of up to 76 characters where there is white space to
    /// fold at; null where a stretch without any is longer than a line may be.
    /// </summary>
    public static string? Fold(string name, string value)
    {
        var folded = new StringBuilder(value.Length + 16);
        var line = name.Length + 1;
        var rest = $" {value}".AsSpan();
        while (!rest.IsEmpty)
        {
            // White space, and what it stands before. White space alone is never a line (RFC 5322, 3.2.2), so it ends the last one.
            var word = rest.IndexOfAnyExcept(' ', '\t');
            var length = word < 0
                ? rest.Length
                : word + (rest[word..].IndexOfAny(' ', '\t') is >= 0 and var end ? end : rest.Length - word);
            var breaks = word >= 0 && line + length > (line > name.Length + 1 ? MaxEncodedLine : MaxLine);
            line = breaks ? length : line + length;
            if (line > MaxLine)
                return null;
            folded.Append(breaks ? LineBreak : "").Append(rest[..length]);
            rest = rest[length..];
        }

        return folded.Append(LineBreak).ToString();
    }

    /// <summary>Encoded-words that together say the text. None has a part of a character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="column">Where the first one begins in its line.</param>
    /// <param name="between">What stands between two: white space that readers drop.</param>
    public static string Encode(string text, int column, string between)
    {
        var runes = text.EnumerateRunes().ToArray();
        var inQ = runes.Sum(LengthInQ) <= (runes.Sum(rune => rune.Utf8SequenceLength) + 2) / 3 * 4;
        var words = new StringBuilder();
        var most = MaxEncodedLine - column - Around;
        if (most < Around)
        {
            // The header's name leaves no room for one beside it.
            most = MaxWord - Around;
            words.Append(between.TrimStart(' '));
        }

        var (word, size) = (new List<Rune>(), 0);
        foreach (var rune in runes)
        {
            var larger = size + (inQ ? LengthInQ(rune) : rune.Utf8SequenceLength);
            if (word.Count > 0 && (inQ ? larger : (larger + 2) / 3 * 4) > Math.Min(most, MaxWord - Around))
            {
                Append(words, word, inQ).Append(between);
                (word, larger, most) = ([], larger - size, MaxWord - Around);
            }

            word.Add(rune);
            size = larger;
        }

        return Append(words, word, inQ).ToString();
    }

    private static StringBuilder Append(StringBuilder words, List<Rune> word, bool inQ)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(word));
        words.Append(Opening).Append(inQ ? "q?" : "b?");
        if (!inQ)
            return words.Append(Convert.ToBase64String(bytes)).Append("?=");
        foreach (var octet in bytes)
        {
            if (octet == ' ')
                words.Append('_');
            else if (IsPlain(octet))
                words.Append((char)octet);
            else
                words.Append('=').Append(Convert.ToHexString([octet]));
        }

        return words.Append("?=");
    }

    private static int LengthInQ(Rune rune) =>
        rune.Value == ' ' || (rune.IsAscii && IsPlain((byte)rune.Value)) ? 1 : 3 * rune.Utf8SequenceLength;

    // RFC 2047, 5 (3): those that may stand in a display name too.
    private static bool IsPlain(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/';
}
