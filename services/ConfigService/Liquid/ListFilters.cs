namespace Mail.ConfigService.Liquid;

/// <summary>Filters of lists.</summary>
internal static class ListFilters
{
    internal static IEnumerable<KeyValuePair<string, LiquidFilter>> All =>
    [
        new(
            "size",
            (input, _, run) => input is List<object?> or LiquidObject or string or LiquidMarkup
                ? LiquidValue.Member(input, "size")
                : LiquidNumber.Zero),
        new("first", (input, _, run) => LiquidValue.Member(input, "first")),
        new("last", (input, _, run) => LiquidValue.Member(input, "last")),
        new(
            "join",
            (input, arguments, run) => LiquidValue.Join(Items(input, run), arguments.Count > 0 ? arguments.Text(0, run) : " ", run)),
        new("reverse", (input, _, run) => Enumerable.Reverse(Items(input, run)).ToList()),
        new("compact", (input, _, run) => Items(input, run).FindAll(item => item is not null)),
        new("concat", (input, arguments, run) => Concat(Items(input, run), Items(arguments[0], run), run)),
        new("map", (input, arguments, run) => Items(input, run).ConvertAll(item => LiquidValue.Member(item, arguments.Text(0, run)))),
        new("where", Where),
        new("uniq", (input, _, run) => Items(input, run).DistinctBy(item => (item?.GetType(), Key(item, run))).ToList()),
        new("sort", (input, arguments, run) => Sort(input, arguments, run, item => item)),
        new("sort_natural", (input, arguments, run) => Sort(input, arguments, run, item => LiquidValue.Text(item, run).ToUpperInvariant())),
        new("sum", (input, arguments, run) =>
            Items(input, run).Aggregate(LiquidNumber.Zero, (sum, item) => sum + LiquidValue.Number(Field(item, arguments, run)))),
        new("slice", Slice),
    ];

    private static List<object?> Items(object? input, LiquidRun run)
    {
        var items = input is LiquidObject ? [input] : LiquidValue.Elements(input, run);
        run.Budget.Step(items.Count);
        return items;
    }

    private static object? Field(object? item, LiquidArguments arguments, LiquidRun run) =>
        arguments.Count > 0 ? LiquidValue.Member(item, arguments.Text(0, run)) : item;

    private static string Key(object? item, LiquidRun run) =>
        TextFilters.Sized(run, item is LiquidNumber number ? number.Trimmed().ToString() : LiquidValue.Text(item, run));

    private static List<object?> Concat(List<object?> first, List<object?> second, LiquidRun run)
    {
        run.Budget.Step((long)first.Count + second.Count);
        return [.. first, .. second];
    }

    private static List<object?> Where(object? input, LiquidArguments arguments, LiquidRun run) => Items(input, run).FindAll(item =>
        LiquidValue.Member(item, arguments.Text(0, run)) is var value
        && (arguments.Count > 1 ? LiquidValue.AreEqual(value, arguments[1], run) : LiquidValue.IsTrue(value)));

    private static List<object?> Sort(object? input, LiquidArguments arguments, LiquidRun run, Func<object?, object?> key)
    {
        var items = Items(input, run);
        run.Budget.Step((long)items.Count * 20);
        var keys = items.ConvertAll(item => (Item: item, Key: key(Field(item, arguments, run))));
        // Stable, and in an order that is total: numbers before texts, what is missing last.
        return [.. keys.OrderBy(pair => Rank(pair.Key))
            .ThenBy(pair => pair.Key, Comparer<object?>.Create((left, right) => LiquidValue.Compare(left, right) ?? 0))
            .Select(pair => pair.Item)];
    }

    private static int Rank(object? key) => key switch
    {
        LiquidNumber => 0,
        DateTimeOffset => 1,
        string => 2,
        null => 4,
        _ => 3,
    };

    private static object? Slice(object? input, LiquidArguments arguments, LiquidRun run)
    {
        var count = input is List<object?> items ? items.Count : LiquidValue.Text(input, run).Length;
        var start = arguments.Number(0).ToInt32();
        start = start < 0 ? start + count : start;
        var length = arguments.Count > 1 ? arguments.Number(1).ToInt32() : 1;
        if (start < 0 || start > count || length < 0)
            return input is List<object?> ? new List<object?>() : "";
        length = Math.Min(length, count - start);
        run.Budget.Characters(length);
        if (input is List<object?> list)
            return list.GetRange(start, length);
        var text = LiquidValue.Text(input, run);
        var end = start + length;
        // Never between the two halves of a character.
        if (start < count && char.IsLowSurrogate(text[start]))
            start++;
        if (end > start && char.IsHighSurrogate(text[end - 1]))
            end--;
        return end > start ? text[start..end] : "";
    }
}
