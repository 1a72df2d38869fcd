namespace Mail.ConfigService.Page;

/// <summary>A part of a search: <c>name:value</c>, or words without a name.</summary>
/// <param name="Name">What is asked about; null for words.</param>
/// <param name="Value">What it must be, or have in it.</param>
public sealed record SearchTerm(string? Name, string Value)
{
    /// <summary>As it is written in a line.</summary>
    public override string ToString()
    {
        var value = Value.Length == 0 || Value.Any(char.IsWhiteSpace) || (Name is null && Value.Contains(':', StringComparison.Ordinal))
            ? $"\"{Value.Replace("\"", "", StringComparison.Ordinal)}\""
            : Value;
        return Name is null ? value : $"{Name}:{value}";
    }

    /// <summary>The terms of a line. A quotation mark that is not closed goes to the end.</summary>
    /// <param name="line">The line.</param>
    /// <param name="names">The names; what has another before a colon is words.</param>
    internal static IEnumerable<SearchTerm> Read(string line, IReadOnlyList<string> names)
    {
        for (var at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            var colon = at;
            while (colon < line.Length && char.IsAsciiLetter(line[colon]))
                colon++;
            var name = colon < line.Length && line[colon] == ':' ? line[at..colon].ToLowerInvariant() : null;
            if (name is null || !names.Contains(name, StringComparer.Ordinal))
                name = null;
            else
                at = colon + 1;
            var (value, end) = ValueAt(line, at);
            at = end;
            if (name is not null || value.Length > 0)
                yield return new(name, value);
        }
    }

    private static (string Value, int End) ValueAt(string line, int at)
    {
        if (at < line.Length && line[at] == '"')
        {
            var close = line.IndexOf('"', at + 1);
            return close < 0 ? (line[(at + 1)..], line.Length) : (line[(at + 1)..close], close + 1);
        }

        var end = at;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
            end++;
        return (line[at..end], end);
    }
}
