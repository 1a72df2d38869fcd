using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>A server's words as one readable line: <c>535 5.7.8 Username and Password not accepted.</c></summary>
internal static partial class SmtpReply
{
    private const int MaxCharacters = 1000;

    /// <summary>From a code and a text that may have several lines.</summary>
    public static string Compose(int code, string text)
    {
        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{code}");
        string? enhanced = null;
        foreach (var part in text.Split('\n'))
        {
            var words = Readable(part);
            var match = EnhancedCode().Match(words);
            // RFC 2034, 4: every line of a reply repeats the enhanced code. Once is enough to read.
            if (match.Success && match.Value == enhanced)
                words = words[match.Length..].TrimStart();
            if (match.Success)
                enhanced = match.Value;
            if (words.Length > 0)
                line.Append(' ').Append(words);
        }

        return line.Length > MaxCharacters ? line.ToString(0, MaxCharacters) : line.ToString();
    }

    /// <summary>
    /// From what a server said on the wire; where that is no SMTP, the code is null and the words are the line that is none.
    /// </summary>
    public static (int? Code, string? Reply) Read(ReadOnlySpan<byte> said)
    {
        if (said.IsEmpty)
            return (null, null);
        var lines = Encoding.UTF8.GetString(said).TrimEnd().Split('\n');
        if (Array.Find(lines, line => Code(line) is null) is { } nonsense)
            return (null, Readable(nonsense.Length > MaxCharacters ? nonsense[..MaxCharacters] : nonsense));
        // Of several replies in one read the last one counts: it is where the server ended.
        var first = lines.Length - 1;
        while (first > 0 && lines[first - 1] is [_, _, _, '-', ..])
            first--;
        var code = Code(lines[^1])!.Value;
        return (code, Compose(code, string.Join('\n', lines[first..].Select(line => line.Length > 4 ? line[4..] : ""))));
    }

    /// <summary>The enhanced status code (RFC 3463) of a reply in one line; null where it has none.</summary>
    public static string? Enhanced(string? reply)
    {
        if (reply is null || reply.Length < 5)
            return null;
        var match = EnhancedCode().Match(reply[4..]);
        if (match.Success)
            return match.Value;
        // qmail and its kin put it at the end: 550 sorry, no mailbox here by that name (#5.1.1); IronPort: 550 #5.1.0 Address rejected.
        match = EnhancedCodeElsewhere().Match(reply);
        return match.Success ? match.Groups["code"].Value : null;
    }

    private static int? Code(string line) =>
        line.Length >= 3 && char.IsAsciiDigit(line[0]) && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2])
        && (line.Length == 3 || line[3] is ' ' or '-' or '\r') && line[0] is >= '1' and <= '5'
            ? int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture)
            : null;

    // A reply is kept in a database and shown on a page: no control characters, whatever the server sent.
    private static string Readable(string text) => Unreadable().Replace(text, " ").Trim();

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(
        @"\((?<code>[45]\.\d{1,3}\.\d{1,3})\)|(?<![^\s(\[])#(?<code>[45]\.\d{1,3}\.\d{1,3})(?!\.?\d)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EnhancedCodeElsewhere();

    [GeneratedRegex(@"[\p{C}\s]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unreadable();
}
