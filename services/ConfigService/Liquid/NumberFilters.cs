namespace Mail.ConfigService.Liquid;

/// <summary>Filters of numbers.</summary>
internal static class NumberFilters
{
    internal static IEnumerable<KeyValuePair<string, LiquidFilter>> All =>
    [
        Filter("plus", (number, arguments) => number + arguments.Number(0)),
        Filter("minus", (number, arguments) => number - arguments.Number(0)),
        Filter("times", (number, arguments) => number * arguments.Number(0)),
        Filter("divided_by", (number, arguments) => number.DividedBy(arguments.Number(0))),
        Filter("modulo", (number, arguments) => number.Modulo(arguments.Number(0))),
        Filter("abs", (number, _) => number.Unscaled.Sign < 0 ? LiquidNumber.Zero - number : number),
        Filter("ceil", (number, _) => number.Round(MidpointRounding.ToPositiveInfinity, 0)),
        Filter("floor", (number, _) => number.Round(MidpointRounding.ToNegativeInfinity, 0)),
        Filter("round", (number, arguments) => number.Round(MidpointRounding.AwayFromZero, arguments.Number(0).ToInt32())),
        Filter("at_least", (number, arguments) => arguments.Number(0) > number ? arguments.Number(0) : number),
        Filter("at_most", (number, arguments) => arguments.Number(0) < number ? arguments.Number(0) : number),
    ];

    // Numbers of many digits take more than a step.
    private static KeyValuePair<string, LiquidFilter> Filter(
        string name, Func<LiquidNumber, LiquidArguments, LiquidNumber> compute) => new(name, (input, arguments, run) =>
    {
        run.Budget.Step(4);
        return compute(LiquidValue.Number(input), arguments);
    });
}
