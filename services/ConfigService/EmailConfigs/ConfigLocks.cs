using Mail.ConfigService.Series;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>
/// Locks the e-mails of items and the occurrences of series that a save may change with one statement, in the order of their ids, as
/// whoever else changes many does. Locked kind by kind, each in order, two callers could wait for each other in a circle.
/// </summary>
internal static class ConfigLocks
{
    /// <summary>Locks them; what is read of them afterwards stays so until the transaction ends.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="contested">The e-mails of its items that may change.</param>
    /// <param name="wanted">Its series, and those that are to be.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task TakeAsync(
        NpgsqlConnection connection, string clientId, List<Guid> contested, ConfigSeries wanted, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        List<string> series = [.. wanted.Changed.Select(each => each.Key), .. wanted.Gone];
        // Of one kind alone they are locked in order anyway.
        if (contested.Count == 0 || series.Count == 0)
            return;
        var occurrences = await SeriesOccurrences.ExistingAsync(
            connection, clientId,
            series.ConvertAll(key => (key, SeriesSave.Earliest(wanted.Current.GetValueOrDefault(key)?.Recurrence, now))),
            @lock: false, cancellationToken);
        await EmailStates.StatusesAsync(
            connection, [.. contested, .. occurrences.Select(email => email.Id)], @lock: true, cancellationToken);
    }
}
