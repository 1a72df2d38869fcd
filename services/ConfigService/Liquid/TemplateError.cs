namespace Mail.ConfigService.Liquid;

/// <summary>What is wrong with a template.</summary>
/// <param name="Line">The line, from 1; 0 where no place can be told.</param>
/// <param name="Column">The character in the line, from 1.</param>
/// <param name="Sentence">What is wrong, and what would be right.</param>
internal sealed record TemplateError(int Line, int Column, string Sentence)
{
    /// <summary>An error at a place in a template.</summary>
    internal static TemplateError At(string source, int offset, string sentence)
    {
        var before = source.AsSpan(0, Math.Min(offset, source.Length));
        return new(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), sentence);
    }

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? Sentence : $"line {Line}, column {Column}: {Sentence}";
}
