namespace Mail.ConfigService.Liquid;

/// <summary>Filters of numbers.</summary>
internal static class NumberFilters
{
    internal static IEnumerable<KeyValuePair<string, LiquidFilter>> All =>
    [
        Of("plus", (number, arguments) => number + arguments.Number(0)),
        Of("minus", (number, arguments) => number - arguments.Number(0)),
        Of("times", (number, arguments) => number * arguments.Number(0)),
        Of("divided_by", (number, arguments) => number.DividedBy(arguments.Number(0))),
        Of("modulo", (number, arguments) => number.Modulo(arguments.Number(0))),
        Of("abs", (number, _) => number.Unscaled.Sign < 0 ? LiquidNumber.Zero - number : number),
        Of("ceil", (number, _) => number.Round(MidpointRounding.ToPositiveInfinity, 0)),
        Of("floor", (number, _) => number.Round(MidpointRounding.ToNegativeInfinity, 0)),
        Of("round", (number, arguments) => number.Round(MidpointRounding.AwayFromZero, arguments.Number(0).ToInt32())),
        Of("at_least", (number, arguments) => arguments.Number(0) > number ? arguments.Number(0) : number),
        Of("at_most", (number, arguments) => arguments.Number(0) < number ? arguments.Number(0) : number),
    ];

    // Numbers of many digits take more than a step.
    private static KeyValuePair<string, LiquidFilter> Of(
        string name, Func<LiquidNumber, LiquidArguments, LiquidNumber> compute) => new(name, (input, arguments, run) =>
    {
        run.Budget.Step(4);
        return compute(LiquidValue.Number(input), arguments);
    });
}
