using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Series;

/// <summary>Series of a config as they stand, by key.</summary>
/// <param name="Emails">What an occurrence of each says.</param>
/// <param name="Waiting">The next occurrence of each; not of one that has no further ones.</param>
internal sealed record SavedSeries(
    IReadOnlyDictionary<string, ScheduledEmail> Emails, IReadOnlyDictionary<string, NextOccurrence> Waiting)
{
    private static readonly SavedSeries _none = new(
        new Dictionary<string, ScheduledEmail>(StringComparer.Ordinal), new Dictionary<string, NextOccurrence>(StringComparer.Ordinal));

    /// <summary>Reads them.</summary>
    internal static async Task<SavedSeries> ReadAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return _none;
        var stored = await SeriesTable.ReadAsync(connection, clientId, keys, cancellationToken);
        var now = await UnitOfWork.NowAsync(connection, cancellationToken);
        return new(
            stored.ToDictionary(each => each.Key, each => each.Value.Series.Email, StringComparer.Ordinal),
            await SeriesOccurrences.WaitingAsync(connection, clientId, keys, SeriesSave.Earliest(now), cancellationToken));
    }
}
