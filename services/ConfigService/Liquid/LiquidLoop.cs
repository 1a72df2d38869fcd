namespace Mail.ConfigService.Liquid;

/// <summary>What <c>forloop</c> is within a loop.</summary>
/// <param name="Index">The turn, from 0.</param>
/// <param name="Count">How many turns there are.</param>
/// <param name="Parent">That of the loop around it; null where there is none.</param>
internal sealed record LiquidLoop(int Index, int Count, object? Parent)
{
    internal object? Member(string name) => name switch
    {
        "index" => LiquidNumber.From(Index + 1),
        "index0" => LiquidNumber.From(Index),
        "rindex" => LiquidNumber.From(Count - Index),
        "rindex0" => LiquidNumber.From(Count - Index - 1),
        "first" => Index == 0,
        "last" => Index == Count - 1,
        "length" => LiquidNumber.From(Count),
        "parentloop" => Parent,
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => "";
}
