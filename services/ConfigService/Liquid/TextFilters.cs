using System.Text;

namespace Mail.ConfigService.Liquid;

/// <summary>Filters of texts.</summary>
internal static class TextFilters
{
    internal static IEnumerable<KeyValuePair<string, LiquidFilter>> All =>
    [
        new("append", (input, arguments, run) => Joined(run, Text(input, run), arguments.Text(0, run))),
        new("prepend", (input, arguments, run) => Joined(run, arguments.Text(0, run), Text(input, run))),
        new("upcase", (input, _, run) => Read(input, run).ToUpperInvariant()),
        new("downcase", (input, _, run) => Read(input, run).ToLowerInvariant()),
        new("capitalize", (input, _, run) => Capitalize(Read(input, run))),
        new("strip", (input, _, run) => As(input, Read(input, run).Trim())),
        new("lstrip", (input, _, run) => As(input, Read(input, run).TrimStart())),
        new("rstrip", (input, _, run) => As(input, Read(input, run).TrimEnd())),
        new("strip_newlines", (input, _, run) => As(input, Replace(Replace(Read(input, run), "\r", "", run), "\n", "", run))),
        new("replace", (input, arguments, run) => Replace(Read(input, run), arguments.Text(0, run), arguments.Text(1, run), run)),
        new("remove", (input, arguments, run) => Replace(Read(input, run), arguments.Text(0, run), "", run)),
        new(
            "replace_first",
            (input, arguments, run) => ReplaceFirst(Read(input, run), arguments.Text(0, run), arguments.Text(1, run), run)),
        new("remove_first", (input, arguments, run) => ReplaceFirst(Read(input, run), arguments.Text(0, run), "", run)),
        new("split", (input, arguments, run) => Split(Read(input, run), arguments.Text(0, run), run)),
        new("truncate", (input, arguments, run) => Truncate(Read(input, run), arguments, run)),
        new("truncatewords", (input, arguments, run) => TruncateWords(Read(input, run), arguments, run)),
        new(
            "url_encode",
            (input, _, run) => Sized(run, Uri.EscapeDataString(Read(input, run)).Replace("%20", "+", StringComparison.Ordinal))),
    ];

    // White space alone is taken from it: markup stays markup.
    private static object As(object? input, string text) => input is LiquidMarkup ? new LiquidMarkup(text) : text;

    internal static string Text(object? input, LiquidRun run) => LiquidValue.Text(input, run);

    /// <summary>A text that is read from its beginning to its end.</summary>
    internal static string Read(object? input, LiquidRun run) => Sized(run, Text(input, run));

    internal static string Sized(LiquidRun run, string text)
    {
        run.Budget.Characters(text.Length);
        return text;
    }

    /// <summary>Replaces, where what comes of it is no larger than a text may be.</summary>
    internal static string Replace(string text, string word, string other, LiquidRun run)
    {
        run.Budget.Search(text, word);
        if (word.Length == 0)
            return text;
        var count = 0;
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
            word, at + word.Length, StringComparison.Ordinal))
        {
            count++;
        }

        run.Budget.Characters(text.Length + ((long)count * (other.Length - word.Length)));
        return count == 0 ? text : text.Replace(word, other, StringComparison.Ordinal);
    }

    private static string Joined(LiquidRun run, string first, string second)
    {
        run.Budget.Characters((long)first.Length + second.Length);
        return first + second;
    }

    // The first letter alone is changed to a capital, the others are as they were.
    private static string Capitalize(string text) =>
        text.Length == 0 ? "" : string.Concat(text[..1].ToUpperInvariant(), text.AsSpan(1).ToString().ToLowerInvariant());

    private static string ReplaceFirst(string text, string word, string other, LiquidRun run)
    {
        run.Budget.Search(text, word);
        var at = text.IndexOf(word, StringComparison.Ordinal);
        return at < 0 ? text : Joined(run, string.Concat(text.AsSpan(0, at), other), text[(at + word.Length)..]);
    }

    private static List<object?> Split(string text, string separator, LiquidRun run)
    {
        run.Budget.Search(text, separator);
        // Each part is a step, and a loop over them another.
        string[] parts = separator.Length == 0 ? [.. text.EnumerateRunes().Select(rune => rune.ToString())] : text.Split(separator);
        run.Budget.Step(parts.Length);
        // What is empty at the end counts for nothing, as elsewhere.
        var count = parts.Length;
        while (count > 0 && parts[count - 1].Length == 0)
            count--;
        return [.. parts.Take(count)];
    }

    private static string Truncate(string text, LiquidArguments arguments, LiquidRun run)
    {
        var most = arguments.Count > 0 ? arguments.Number(0).ToInt32() : 50;
        var ellipsis = arguments.Count > 1 ? arguments.Text(1, run) : "...";
        if (text.Length <= most)
            return text;
        var kept = Math.Clamp(most - ellipsis.Length, 0, text.Length);
        // Never through the middle of a character.
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        return Joined(run, text[..kept], ellipsis);
    }

    private static string TruncateWords(string text, LiquidArguments arguments, LiquidRun run)
    {
        var most = Math.Max(1, arguments.Count > 0 ? arguments.Number(0).ToInt32() : 15);
        var ellipsis = arguments.Count > 1 ? arguments.Text(1, run) : "...";
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        run.Budget.Step(words.Length);
        return words.Length <= most ? string.Join(' ', words) : Joined(run, string.Join(' ', words.Take(most)), ellipsis);
    }
}
