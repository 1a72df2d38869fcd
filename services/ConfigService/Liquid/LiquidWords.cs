using Fluid.Ast;
using Fluid.Values;

namespace Mail.ConfigService.Liquid;

/// <summary>The words of the language that templates may use.</summary>
internal static class LiquidWords
{
    /// <summary>Why there is no current time.</summary>
    internal const string NoNow =
        "there is no current time: a template is rendered when an e-mail is saved, not when it is sent. Pass the time that you mean";

    /// <summary>
    /// Tags. Those that read other templates would make a version change with them; those that count would make an e-mail depend on
    /// what was rendered before.
    /// </summary>
    internal static IReadOnlySet<string> Tags { get; } = new SortedSet<string>(StringComparer.Ordinal)
    {
        "assign", "break", "capture", "case", "comment", "continue", "echo", "else", "elsif", "endcapture", "endcase", "endfor", "endif",
        "endunless", "for", "if", "raw", "unless", "when",
    };

    /// <summary>Whether a filter follows.</summary>
    internal static bool IsPipe(string source, int at)
    {
        while (at < source.Length && char.IsWhiteSpace(source[at]))
            at++;
        return at < source.Length && source[at] == '|';
    }

    /// <summary>The name of a member as it is written; null where it is computed.</summary>
    internal static string? NameOf(MemberSegment segment) => segment switch
    {
        IdentifierSegment identifier => identifier.Identifier,
        IndexerSegment { Expression: LiteralExpression { Value: StringValue or NumberValue } literal } => literal.Value.ToStringValue(),
        IndexerSegment => null,
        _ => throw new NotSupportedException("calls a function, and there are none"),
    };
}
