namespace Mail.ConfigService.Liquid;

/// <summary>Text in HTML.</summary>
internal static class HtmlEscape
{
    /// <summary>Escapes for HTML what it has to, and nothing else.</summary>
    internal static string Escape(string text) => text.AsSpan().IndexOfAny("&<>\"'") < 0 ? text : text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);
}
