namespace Mail.SenderService.Smtp;

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
        var lines = (text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text).Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith('\n') ? lines : lines + "\r\n";
    }

    /// <summary>A header's value without the characters that could end it and begin another header. The API refuses them; this is the second lock.</summary>
    public static string OneLine(string text) =>
        text.AsSpan().ContainsAny('\r', '\n', '\0') ? text.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ') : text;
}
