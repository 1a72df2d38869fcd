namespace Mail.Contracts;

/// <summary>
/// Occurrences of some series have come near and are to be scheduled. A wake-up that says nothing: which series those are stands in the
/// database, so it may come twice, late or never; the sweep looks, too.
/// </summary>
public sealed record TopUpSeries
{
    /// <summary>When it was due.</summary>
    public required DateTimeOffset Due { get; init; }
}
