namespace Mail.Bench;

/// <summary>Something that is measured of every subject.</summary>
/// <param name="Better">Which way is better; where neither is, no ratio is shown.</param>
internal sealed record Measure(string Name, string Unit, Better Better, int Decimals = 0);

internal enum Better
{
    Neither,
    Higher,
    Lower,
}

/// <summary>One measured value.</summary>
/// <param name="N">Of how many messages.</param>
internal sealed record Figure(Measure Measure, double Value, int N);

/// <summary>All that was measured of one subject.</summary>
internal sealed record SubjectResult(string Subject, IReadOnlyList<Figure> Figures)
{
    internal Figure? Of(Measure measure) => Figures.FirstOrDefault(figure => figure.Measure == measure);
}
