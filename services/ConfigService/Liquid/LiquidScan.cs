using System.Buffers;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// Looks over a template before it is parsed: which tags and filters it has, how deep they nest, and where. The parser recurses
/// without a limit, and its syntax tree says no places.
/// </summary>
internal sealed class LiquidScan
{
    private static readonly SearchValues<char> _word =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private readonly string _source;
    private readonly List<TemplateError> _errors = [];
    private readonly Stack<(string Tag, int At)> _blocks = [];
    private int _tags;

    private LiquidScan(string source) => _source = source;

    /// <summary>What is wrong with it; empty where the parser may read it.</summary>
    internal static IReadOnlyList<TemplateError> Check(string source)
    {
        var scan = new LiquidScan(source);
        scan.Run();
        return scan._errors;
    }

    private void Run()
    {
        var position = 0;
        while ((position = NextTag(position)) >= 0)
        {
            if (++_tags > LiquidLimits.MaxTags)
            {
                Refuse(position, $"has more than {LiquidLimits.MaxTags} tags and outputs");
                return;
            }

            position = ReadTag(position);
            if (position < 0)
                return;
        }

        foreach (var (tag, at) in _blocks)
            Refuse(at, $"the tag {tag} has no end{tag}");
    }

    private int NextTag(int from)
    {
        for (var at = _source.IndexOf('{', from); at >= 0; at = _source.IndexOf('{', at + 1))
        {
            if (at + 1 < _source.Length && _source[at + 1] is '{' or '%')
                return at;
        }

        return -1;
    }

    // Returns where the text goes on; -1 where nothing more can be told.
    private int ReadTag(int start)
    {
        var isOutput = _source[start + 1] == '{';
        var tokens = new TagTokens(_source, start + 2, isOutput ? "}}" : "%}");
        if (tokens.Error is { } error)
        {
            Refuse(error.At, error.Sentence);
            return -1;
        }

        if (tokens.End - start > LiquidLimits.MaxTagLength)
            Refuse(start, $"a tag has more than {LiquidLimits.MaxTagLength} characters");
        var name = isOutput ? "" : tokens.Name;
        if (name is "raw" or "comment" or "#")
            return name == "#" ? tokens.End : SkipTo($"end{name}", start, tokens.End);
        foreach (var (at, sentence) in tokens.Refused)
            Refuse(at, sentence);
        if (!isOutput)
            CheckStructure(name, tokens.NameAt);
        return tokens.End;
    }

    private void CheckStructure(string name, int at)
    {
        if (!LiquidWords.Tags.Contains(name))
        {
            Refuse(at, name.Length == 0
                ? "a tag has no name"
                : $"the tag {Shown(name)} is not known here: there are {string.Join(", ", LiquidWords.Tags)}");
        }
        else if (name is "if" or "unless" or "case" or "for" or "capture")
            Open(name, at);
        else if (name.StartsWith("end", StringComparison.Ordinal))
            Close(name, at);
        else if (name is "else" or "elsif" or "when" && !Belongs(name))
            Refuse(at, $"the tag {name} stands outside of what it belongs to");
        else if (name is "break" or "continue" && _blocks.All(block => block.Tag != "for"))
            Refuse(at, $"the tag {name} stands outside of a loop");
    }

    private void Open(string name, int at)
    {
        _blocks.Push((name, at));
        if (_blocks.Count > LiquidLimits.MaxBlocks)
            Refuse(at, $"has more than {LiquidLimits.MaxBlocks} blocks within each other");
        else if (name == "for" && _blocks.Count(block => block.Tag == "for") > LiquidLimits.MaxLoops)
            Refuse(at, $"has more than {LiquidLimits.MaxLoops} loops within each other");
    }

    private void Close(string name, int at)
    {
        if (_blocks.TryPeek(out var open) && $"end{open.Tag}" == name)
            _blocks.Pop();
        else
            Refuse(at, _blocks.Count == 0 ? $"the tag {name} ends nothing" : $"the tag {name} stands where end{open.Tag} is expected");
    }

    private bool Belongs(string name) => _blocks.TryPeek(out var open) && name switch
    {
        "when" => open.Tag == "case",
        "elsif" => open.Tag == "if",
        _ => open.Tag is "if" or "unless" or "case" or "for",
    };

    private int SkipTo(string end, int start, int from)
    {
        for (var at = _source.IndexOf("{%", from, StringComparison.Ordinal); at >= 0; at = _source.IndexOf(
            "{%", at + 2, StringComparison.Ordinal))
        {
            // Read as a tag only where it is this one: each of many that have no end would be read to the end of the template.
            if (!IsNamed(end, at + 2))
                continue;
            var tokens = new TagTokens(_source, at + 2, "%}");
            if (tokens.Error is null)
                return tokens.End;
            break;
        }

        Refuse(start, $"has no {end}");
        return -1;
    }

    private bool IsNamed(string name, int at)
    {
        at = TagTokens.Begin(_source, at);
        return string.CompareOrdinal(_source, at, name, 0, name.Length) == 0 && WordAt(_source, at) == name;
    }

    private void Refuse(int at, string sentence)
    {
        // All that a person can put right at once.
        if (_errors.Count < 20)
            _errors.Add(TemplateError.At(_source, at, sentence));
    }

    /// <summary>A word of the template as a sentence shows it.</summary>
    internal static string Shown(string word) => word.Length <= 40 ? word : $"{word.AsSpan(0, 40)}…";

    /// <summary>The word that starts here; empty where none does.</summary>
    internal static string WordAt(string source, int at)
    {
        var rest = source.AsSpan(Math.Min(at, source.Length));
        var length = rest.IndexOfAnyExcept(_word);
        var word = length < 0 ? rest : rest[..length];
        // A dash before a closing brace trims, and belongs to no word.
        return word.TrimEnd('-').ToString();
    }
}
