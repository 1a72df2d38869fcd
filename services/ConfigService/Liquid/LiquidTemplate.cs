using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// One part of a template, parsed. Fluid's parser reads it, and its syntax tree is walked by <see cref="VariableUses"/> and
/// <see cref="LiquidRun"/>: Fluid's own rendering knows no limit of output, takes a range's numbers all at once, and keeps numbers as
/// decimals.
/// </summary>
internal sealed partial class LiquidTemplate
{
    // It holds no state between calls.
    private static readonly FluidParser _parser =
        new(new FluidParserOptions { AllowFunctions = false, AllowParentheses = false, AllowLiquidTag = false });
    private static readonly TemplateOptions _options = new();

    private LiquidTemplate(IReadOnlyList<Statement> statements) => Statements = statements;

    /// <summary>The syntax tree.</summary>
    internal IReadOnlyList<Statement> Statements { get; }

    /// <summary>Parses a part. Null where something is wrong with it, which is then in <paramref name="errors"/>.</summary>
    internal static LiquidTemplate? Parse(string source, out IReadOnlyList<TemplateError> errors)
    {
        errors = LiquidScan.Check(source);
        if (errors.Count > 0)
            return null;
        try
        {
            if (!_parser.TryParse(source, out var parsed, out var error))
            {
                errors = [ErrorFrom(error, source)];
                return null;
            }

            var template = new LiquidTemplate(((IStatementList)parsed).Statements);
            PrepareTexts(template.Statements);
            return template;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Some combinations the parser does not refuse, but breaks at.
            errors = [new(0, 0, "is not a template that can be read")];
            return null;
        }
    }

    /// <summary>The blocks of a statement, in the order in which they stand.</summary>
    internal static IEnumerable<IReadOnlyList<Statement>> BlocksOf(Statement statement) => statement switch
    {
        IfStatement @if => [@if.Statements, .. (@if.ElseIfs ?? []).Select(block => block.Statements), .. Else(@if.Else)],
        UnlessStatement unless => [unless.Statements, .. Else(unless.Else)],
        CaseStatement @case => [.. @case.Whens.Select(block => block.Statements), .. Else(@case.Else)],
        ForStatement loop => [loop.Statements, .. Else(loop.Else)],
        CaptureStatement capture => [capture.Statements],
        _ => [],
    };

    private static IEnumerable<IReadOnlyList<Statement>> Else(ElseStatement? block) => block is null ? [] : [block.Statements];

    // What a dash beside a tag trims is trimmed once, and by one thread.
    private static void PrepareTexts(IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            if (statement is TextSpanStatement text)
                text.PrepareBuffer(_options);
            foreach (var block in BlocksOf(statement))
                PrepareTexts(block);
        }
    }

    private static TemplateError ErrorFrom(string message, string source)
    {
        var match = Place().Match(message);
        if (!match.Success)
            return new(0, 0, "is not a template that can be read");
        var (line, column) = (Number("line"), Number("column"));
        // Parlot counts from 1 in both, and names the place behind what it could read.
        return line > 0 && source.Length > 0
            ? new(line, Math.Max(column, 1), match.Groups["what"].Value.Trim().TrimEnd('.'))
            : new(0, 0, match.Groups["what"].Value);

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"^(?<what>[^\n]*?) at \((?<line>[0-9]{1,9}):(?<column>[0-9]{1,9})\)", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
