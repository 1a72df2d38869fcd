namespace Mail.Messages;

/// <summary>Line breaks, made safe.</summary>
internal static class MessageText
{
    /// <summary>
    /// Every CR, LF and CRLF as CRLF, and one at the end. A bare one must not reach the wire: servers disagree on whether
    /// <c>LF . CR LF</c> or <c>CR . CR LF</c> ends a message, and what follows would be read as another (SMTP smuggling,
    /// CVE-2023-51764).
    /// </summary>
    public static string Lines(string text)
    {
        var lines = (text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text)
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith('\n') ? lines : lines + "\r\n";
    }

    /// <summary>
    /// A header's value without control characters but tabs: a line break could end it and begin another header. The API refuses them;
    /// this is the second lock.
    /// </summary>
    public static string OneLine(string text) =>
        text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text.Any(IsControl) ? Without(text) : text;

    private static bool IsControl(char character) => char.IsControl(character) && character != '\t';

    private static string Without(string text) =>
        string.Concat(text.Replace("\r\n", " ", StringComparison.Ordinal).Select(character => IsControl(character) ? ' ' : character));
}
