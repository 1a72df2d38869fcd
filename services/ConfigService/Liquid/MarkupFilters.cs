using System.Text.RegularExpressions;

namespace Mail.ConfigService.Liquid;

/// <summary>Filters of markup. In HTML what they make is not escaped again.</summary>
internal static partial class MarkupFilters
{
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

    // Without a regular expression: what looks like a tag goes, up to its end.
    private static string StripHtml(string text, LiquidRun run)
    {
        var kept = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('<', at);
            var close = open < 0 ? -1 : text.IndexOf('>', open);
            kept.Append(text.AsSpan(at, (close < 0 ? text.Length : open) - at));
            at = close < 0 ? text.Length : close + 1;
        }

        return TextFilters.Sized(run, kept.ToString());
    }

    [GeneratedRegex(
        "&amp;(?<name>#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Escaped();
}
