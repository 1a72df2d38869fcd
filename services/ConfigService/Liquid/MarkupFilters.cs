using System.Text.RegularExpressions;

namespace Mail.ConfigService.Liquid;

/// <summary>Filters of markup. In HTML what they make is not escaped again.</summary>
internal static partial class MarkupFilters
{
    private static readonly (string Begin, string End)[] _withContent =
        [("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")];

    internal static IEnumerable<KeyValuePair<string, LiquidFilter>> All =>
    [
        new("escape", (input, _, run) => Markup(Escape(TextFilters.Read(input, run), run), run)),
        new("escape_once", (input, _, run) => Markup(Escaped().Replace(Escape(TextFilters.Read(input, run), run), "&${name};"), run)),
        new("newline_to_br", NewlineToBr),
        new("strip_html", (input, _, run) => StripHtml(TextFilters.Read(input, run), run)),
    ];

    private static object Markup(string text, LiquidRun run) => run.IsHtml ? new LiquidMarkup(text) : text;

    private static string Escape(string text, LiquidRun run) => TextFilters.Sized(run, HtmlEscape.Escape(text));

    private static object NewlineToBr(object? input, LiquidArguments arguments, LiquidRun run)
    {
        var text = TextFilters.Read(input, run);
        text = run.IsHtml && input is not LiquidMarkup ? Escape(text, run) : text;
        return Markup(TextFilters.Replace(TextFilters.Replace(text, "\r\n", "\n", run), "\n", "<br />\n", run), run);
    }

    // Without a regular expression: what looks like a tag goes, up to its end, and scripts, styles and comments with what is in them.
    private static string StripHtml(string text, LiquidRun run)
    {
        var (kept, endless) = (new System.Text.StringBuilder(), new HashSet<string>(StringComparer.Ordinal));
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('<', at);
            var close = open < 0 ? -1 : EndOf(text, open, endless);
            kept.Append(text.AsSpan(at, (close < 0 ? text.Length : open) - at));
            at = close < 0 ? text.Length : close;
        }

        return TextFilters.Sized(run, kept.ToString());
    }

    // Looked for once in vain, an end is not looked for again: there may be many beginnings.
    private static int EndOf(string text, int open, HashSet<string> endless)
    {
        foreach (var (begin, end) in _withContent)
        {
            if (string.Compare(text, open, begin, 0, begin.Length, StringComparison.OrdinalIgnoreCase) != 0 || endless.Contains(end))
                continue;
            var found = text.IndexOf(end, open, StringComparison.OrdinalIgnoreCase);
            if (found >= 0)
                return found + end.Length;
            endless.Add(end);
        }

        return text.IndexOf('>', open) is >= 0 and var close ? close + 1 : -1;
    }

    [GeneratedRegex(
        "&amp;(?<name>#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Escaped();
}
