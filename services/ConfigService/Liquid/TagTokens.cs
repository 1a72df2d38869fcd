namespace Mail.ConfigService.Liquid;

/// <summary>What stands between the braces of one tag or output.</summary>
internal sealed class TagTokens
{
    private readonly string _source;
    private readonly string _closer;
    private readonly List<(int At, string Sentence)> _refused = [];
    private int _brackets;
    private int _operations;

    /// <summary>Reads a tag.</summary>
    /// <param name="source">The template.</param>
    /// <param name="start">Where the tag goes on behind its opening braces.</param>
    /// <param name="closer"><c>}}</c> or <c>%}</c>.</param>
    internal TagTokens(string source, int start, string closer)
    {
        (_source, _closer) = (source, closer);
        var at = Begin(source, start);
        NameAt = at;
        Name = at < source.Length && source[at] == '#' ? "#" : LiquidScan.WordAt(source, at);
        End = Read(closer == "%}" ? at + Name.Length : at);
    }

    /// <summary>Where the first word of a tag stands: behind the dash that trims, and blanks.</summary>
    internal static int Begin(string source, int start)
    {
        var at = start < source.Length && source[start] == '-' ? start + 1 : start;
        while (at < source.Length && char.IsWhiteSpace(source[at]))
            at++;
        return at;
    }

    /// <summary>The first word.</summary>
    internal string Name { get; }

    /// <summary>Where it stands.</summary>
    internal int NameAt { get; }

    /// <summary>Where the text goes on.</summary>
    internal int End { get; }

    /// <summary>Why the end of the tag can't be told; null where it can.</summary>
    internal (int At, string Sentence)? Error { get; private set; }

    /// <summary>What the tag may not have.</summary>
    internal IReadOnlyList<(int At, string Sentence)> Refused => _refused;

    private int Read(int at)
    {
        while (at < _source.Length)
        {
            if (string.CompareOrdinal(_source, at, _closer, 0, 2) == 0)
                return at + 2;
            at = _source[at] is '"' or '\'' && Name != "#" ? ReadString(at) : ReadOther(at);
            if (Error is not null)
                return -1;
        }

        Error = (NameAt, $"a tag has no end: {_closer} is expected");
        return -1;
    }

    // The parser would go on behind a brace or a backslash in a string, and others would not: nobody has to know.
    private int ReadString(int at)
    {
        var end = _source.IndexOf(_source[at], at + 1);
        if (end < 0)
        {
            Error = (at, "a string has no end");
            return -1;
        }

        var text = _source.AsSpan(at + 1, end - at - 1);
        if (text.Contains('\\') || text.Contains("}}", StringComparison.Ordinal) || text.Contains("%}", StringComparison.Ordinal))
            Error = (at, "a string must have neither a backslash nor the end of a tag");
        else if ((text is "now" or "today") && LiquidWords.IsPipe(_source, end + 1))
            _refused.Add((at, LiquidWords.NoNow));
        return end + 1;
    }

    private int ReadOther(int at)
    {
        switch (_source[at])
        {
            case '[' or '(':
                if (++_brackets > LiquidLimits.MaxBrackets)
                    Error = (at, $"has more than {LiquidLimits.MaxBrackets} brackets within each other");
                return at + 1;
            case ']' or ')':
                _brackets--;
                return at + 1;
            case '|':
                Count(at);
                return ReadFilter(at + 1);
            case var letter when char.IsAsciiLetter(letter) || letter == '_':
                return ReadWord(at);
            default:
                return at + 1;
        }
    }

    private int ReadFilter(int at)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
            at++;
        var name = LiquidScan.WordAt(_source, at);
        if (name.Length > 0 && !LiquidFilters.Names.Contains(name))
        {
            _refused.Add(
                (at, $"the filter {LiquidScan.Shown(name)} is not known here: there are {string.Join(", ", LiquidFilters.Names)}"));
        }

        return at + name.Length;
    }

    private int ReadWord(int at)
    {
        var word = LiquidScan.WordAt(_source, at);
        var isMember = at > 0 && _source[at - 1] == '.' && (at < 2 || _source[at - 2] != '.');
        if (word is "and" or "or" or "contains")
            Count(at);
        else if (!isMember && word == "now")
            _refused.Add((at, LiquidWords.NoNow));
        else if (!isMember && word is "startswith" or "endswith")
            _refused.Add((at, $"the operator {word} is not known here"));
        return at + Math.Max(word.Length, 1);
    }

    private void Count(int at)
    {
        if (++_operations == LiquidLimits.MaxOperations + 1)
            Error = (at, $"a tag has more than {LiquidLimits.MaxOperations} filters and operators");
    }
}
