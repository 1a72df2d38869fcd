namespace Mail.Hosting;

/// <summary>
/// Tells when a table has become much larger than it can have been when statements about it were planned.
/// </summary>
internal sealed class TableGrowth
{
    private const int Times = 4;

    // To read as much takes about as long as to look up the rows of a claim.
    private const long Small = 128 * 1024;

    private readonly Dictionary<string, long> _planned = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether any table is so large that all statements are to be planned anew; they are then taken to be planned for these sizes.
    /// </summary>
    /// <param name="sizes">Tables and their sizes, in bytes.</param>
    internal bool Outgrows(IReadOnlyCollection<(string Table, long Size)> sizes)
    {
        var outgrows = sizes.Any(each =>
            _planned.TryGetValue(each.Table, out var planned) && each.Size > Times * Math.Max(planned, Small));
        foreach (var (table, size) in sizes)
        {
            // A table that vacuum has made smaller has had its statements planned anew, and they are for a small one now.
            _planned[table] = outgrows ? size : Math.Min(size, _planned.GetValueOrDefault(table, size));
        }

        return outgrows;
    }
}
