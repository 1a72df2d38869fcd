using System.Globalization;
using System.Text;
using System.Text.Json;
using Fluid.Ast;
using Fluid.Values;

namespace Mail.ConfigService.Liquid;

/// <summary>An object of the data, in the order in which it was given.</summary>
internal sealed class LiquidObject() : OrderedDictionary<string, object?>(StringComparer.Ordinal);

/// <summary>Markup that is written into HTML as it is: of type <c>html</c>, or made by the template itself.</summary>
/// <param name="Html">The markup.</param>
internal sealed record LiquidMarkup(string Html)
{
    /// <inheritdoc/>
    public override string ToString() => Html;
}

/// <summary>What <c>empty</c> and <c>blank</c> are compared as.</summary>
/// <param name="CountsBlanks">Whether white space alone counts, and false.</param>
internal sealed record LiquidNothing(bool CountsBlanks)
{
    internal static LiquidNothing Empty { get; } = new(CountsBlanks: false);

    internal static LiquidNothing Blank { get; } = new(CountsBlanks: true);

    /// <summary>The one that a literal is; null where it is neither.</summary>
    internal static LiquidNothing? From(Expression expression) => expression switch
    {
        LiteralExpression { Value: EmptyValue } => Empty,
        LiteralExpression { Value: BlankValue } => Blank,
        _ => null,
    };

    internal bool Matches(object? value) => value switch
    {
        string text => CountsBlanks ? string.IsNullOrWhiteSpace(text) : text.Length == 0,
        LiquidMarkup markup => CountsBlanks ? string.IsNullOrWhiteSpace(markup.Html) : markup.Html.Length == 0,
        List<object?> list => list.Count == 0,
        LiquidObject @object => @object.Count == 0,
        null or false => CountsBlanks,
        _ => false,
    };
}

/// <summary>
/// The values of a rendering: null, <see cref="bool"/>, <see cref="LiquidNumber"/>, <see cref="string"/>, <see cref="DateTimeOffset"/>,
/// <see cref="LiquidMarkup"/>, lists and <see cref="LiquidObject"/>s. Nothing else is ever reached from a template.
/// </summary>
internal static class LiquidValue
{
    /// <summary>A literal of a template.</summary>
    internal static object? From(FluidValue literal) => literal switch
    {
        NumberValue => LiquidNumber.TryParse(literal.ToNumberValue().ToString(CultureInfo.InvariantCulture), out var number)
            ? number
            : LiquidNumber.Zero,
        StringValue => literal.ToStringValue(),
        BooleanValue => literal.ToBooleanValue(),
        // As values. What is compared with them is another matter: LiquidNothing.
        EmptyValue or BlankValue => "",
        _ => null,
    };

    /// <summary>Only null and false are not.</summary>
    internal static bool IsTrue(object? value) => value is not (null or false);

    /// <summary>A value as text.</summary>
    internal static string Text(object? value, LiquidRun run) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => DateFilter.Plain(time, run.Zone),
        List<object?> list => Join(list, "", run),
        LiquidObject @object => ToJson(@object, run),
        _ => value.ToString()!,
    };

    /// <summary>A value as a number; what is none counts as 0.</summary>
    internal static LiquidNumber Number(object? value) => value switch
    {
        LiquidNumber number => number,
        string or LiquidMarkup when LiquidNumber.TryParse(value.ToString()!, out var number) => number,
        _ => LiquidNumber.Zero,
    };

    internal static bool AreEqual(object? left, object? right, LiquidRun run)
    {
        run.Budget.Step();
        return (left, right) switch
        {
            (LiquidNothing nothing, _) => nothing.Matches(right),
            (_, LiquidNothing nothing) => nothing.Matches(left),
            (List<object?> a, List<object?> b) => a.Count == b.Count && !a.Where((item, index) => !AreEqual(item, b[index], run)).Any(),
            (LiquidObject a, LiquidObject b) =>
                a.Count == b.Count && a.All(field => b.TryGetValue(field.Key, out var other) && AreEqual(field.Value, other, run)),
            (LiquidMarkup markup, string text) => markup.Html == text,
            (string text, LiquidMarkup markup) => markup.Html == text,
            _ => Equals(left, right),
        };
    }

    /// <summary>How two values stand to each other; null where they can't be compared.</summary>
    internal static int? Compare(object? left, object? right) => (left, right) switch
    {
        (LiquidNumber a, LiquidNumber b) => a.CompareTo(b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (string a, LiquidNumber b) when LiquidNumber.TryParse(a, out var number) => number.CompareTo(b),
        (LiquidNumber a, string b) when LiquidNumber.TryParse(b, out var number) => a.CompareTo(number),
        (LiquidMarkup a, _) => Compare(a.Html, right),
        (_, LiquidMarkup b) => Compare(left, b.Html),
        _ => null,
    };

    /// <summary>A member by its name; null where there is none.</summary>
    internal static object? Member(object? value, string name) => value switch
    {
        LiquidObject @object =>
            @object.TryGetValue(name, out var member) ? member : name == "size" ? LiquidNumber.From(@object.Count) : null,
        LiquidLoop loop => loop.Member(name),
        string or LiquidMarkup when name == "size" => LiquidNumber.From(value.ToString()!.Length),
        List<object?> list => name switch
        {
            "size" => LiquidNumber.From(list.Count),
            "first" => list.Count > 0 ? list[0] : null,
            "last" => list.Count > 0 ? list[^1] : null,
            _ when IndexOf(name, list.Count) is { } index => list[index],
            _ => null,
        },
        _ => null,
    };

    /// <summary>Whether a member is one that lists have, by its name.</summary>
    internal static bool IsOfLists(string name) =>
        name is "size" or "first" or "last" || int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    /// <summary>The place in a list that a name means; from its end where it is negative. Null where it means none.</summary>
    internal static int? IndexOf(string name, int count)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return null;
        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? index : null;
    }

    /// <summary>
    /// What a loop goes over: the elements, or the fields as pairs of name and value. A text is one element, a number none.
    /// </summary>
    internal static List<object?> Elements(object? value, LiquidRun run)
    {
        switch (value)
        {
            case List<object?> list:
                return list;
            case LiquidObject @object:
                run.Budget.Step(@object.Count);
                return [.. @object.Select(field => (object?)new List<object?> { field.Key, field.Value })];
            case null or bool or LiquidNumber or "" or LiquidMarkup { Html: "" }:
                return [];
            default:
                return [value];
        }
    }

    internal static string Join(List<object?> list, string separator, LiquidRun run)
    {
        var text = new StringBuilder();
        for (var index = 0; index < list.Count; index++)
        {
            if (index > 0)
                run.Budget.Append(text, separator);
            run.Budget.Append(text, Text(list[index], run));
        }

        return text.ToString();
    }

    private static string ToJson(object? value, LiquidRun run)
    {
        run.Budget.Step();
        return value switch
        {
            LiquidObject @object =>
                $"{{{string.Join(',', @object.Select(field => $"{ToJson(field.Key, run)}:{ToJson(field.Value, run)}"))}}}",
            List<object?> list => $"[{string.Join(',', list.Select(item => ToJson(item, run)))}]",
            LiquidNumber or bool => Text(value, run),
            null => "null",
            _ => JsonSerializer.Serialize(Text(value, run), MailJson.Options),
        };
    }
}
