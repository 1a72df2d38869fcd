namespace Mail.ConfigService.Liquid;

/// <summary>
/// What a template and a rendering may have. Fluid.Core limits neither its parser's recursion nor the growth of what is rendered, so
/// both are bounded here: a template before it is parsed, a rendering with each step.
/// </summary>
internal static class LiquidLimits
{
    /// <summary>Subject, HTML and text of a template together, in bytes of UTF-8.</summary>
    internal const int MaxTemplate = 256 * 1024;

    /// <summary>The data of an e-mail, and a sample, in bytes of UTF-8.</summary>
    internal const int MaxData = 64 * 1024;

    /// <summary>Tags and outputs of one part. The parser takes about 10 ms for a thousand of them.</summary>
    internal const int MaxTags = 2000;

    /// <summary>Characters between the braces of one tag.</summary>
    internal const int MaxTagLength = 2000;

    /// <summary>Blocks within blocks.</summary>
    internal const int MaxBlocks = 20;

    /// <summary>Loops within loops.</summary>
    internal const int MaxLoops = 4;

    /// <summary>Brackets within brackets: the parser tries each pair in more than one way.</summary>
    internal const int MaxBrackets = 5;

    /// <summary>Filters, and operators, of one tag: each is a level of the syntax tree.</summary>
    internal const int MaxOperations = 40;

    /// <summary>Numbers of one range.</summary>
    internal const int MaxRange = 10_000;

    /// <summary>Steps of one rendering, of all its parts. Sixteen characters that are read or written count as a step.</summary>
    internal const int MaxSteps = 300_000;

    /// <summary>Characters of one value.</summary>
    internal const int MaxValue = 1024 * 1024;

    /// <summary>Digits of a number.</summary>
    internal const int MaxDigits = 200;

    /// <summary>The longest that one rendering takes. Steps end sooner, but for a machine that has no time.</summary>
    internal static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);
}
