namespace Mail.Bench;

/// <summary>Percentiles by nearest rank: each is a value that was seen.</summary>
internal sealed class Percentiles
{
    private readonly double[] _sorted;

    internal Percentiles(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0)
            throw new ArgumentException("There is nothing to take percentiles of.", nameof(values));
    }

    internal double Max => _sorted[^1];

    /// <summary>The smallest value that <paramref name="percent"/> of all do not exceed.</summary>
    internal double At(double percent) => _sorted[Math.Max((int)Math.Ceiling(percent / 100 * _sorted.Length), 1) - 1];
}
