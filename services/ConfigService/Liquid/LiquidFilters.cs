using Fluid.Ast;

namespace Mail.ConfigService.Liquid;

/// <summary>A filter.</summary>
/// <param name="input">What it is applied to.</param>
/// <param name="arguments">What stands behind its colon.</param>
/// <param name="run">The rendering.</param>
internal delegate object? LiquidFilter(object? input, LiquidArguments arguments, LiquidRun run);

/// <summary>The arguments of a filter.</summary>
/// <param name="Values">In the order in which they stand.</param>
internal readonly record struct LiquidArguments(object?[] Values)
{
    internal object? this[int index] => index < Values.Length ? Values[index] : null;

    internal int Count => Values.Length;

    internal string Text(int index, LiquidRun run) => LiquidValue.Text(this[index], run);

    internal LiquidNumber Number(int index) => LiquidValue.Number(this[index]);
}

/// <summary>
/// The filters that templates may use, all of them our own: each counts what it reads and writes. None takes a regular expression, reads
/// the clock or anything that is not passed to it.
/// </summary>
internal static class LiquidFilters
{
    private static readonly Dictionary<string, LiquidFilter> _filters = new(
        [
            .. TextFilters.All, .. NumberFilters.All, .. ListFilters.All, .. MarkupFilters.All, new("date", DateFilter.Apply),
            new("default", Default),
        ],
        StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    internal static IReadOnlySet<string> Names { get; } = new SortedSet<string>(_filters.Keys, StringComparer.Ordinal);

    internal static object? Apply(FilterExpression filter, LiquidRun run)
    {
        var input = run.Evaluate(filter.Input);
        var arguments = new object?[filter.Parameters.Count];
        for (var index = 0; index < arguments.Length; index++)
            arguments[index] = run.Evaluate(filter.Parameters[index].Expression);
        // Named arguments are of default alone: allow_false.
        if (filter.Name == "default" && filter.Parameters.Any(parameter => parameter.Name == "allow_false") && input is false)
            return input;
        return _filters[filter.Name](input, new(arguments), run);
    }

    private static object? Default(object? input, LiquidArguments arguments, LiquidRun run) =>
        input is null or false or "" or List<object?> { Count: 0 } or LiquidMarkup { Html: "" } or LiquidObject { Count: 0 }
            ? arguments[0]
            : input;
}
