using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// The latest version of time zones that any service has used, as the database keeps it. A service with an older one resolves no local
/// time: in a rolling upgrade e-mails would be moved back and forth.
/// </summary>
public sealed class TimeZoneVersions(TimeZones zones)
{
    private const string Table = $"{MailRegistry.Schema}.time_zone_version";

    private const string Raise = $"""
        insert into {Table} as t (version) values (@version)
        on conflict (id) do update set version = excluded.version where t.version < excluded.version
        """;

    /// <summary>Whether no service has used a later version. Where this one is the latest, that is noted.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<bool> AreLatestAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand($"select version from {Table}", connection);
        var latest = await read.ExecuteScalarAsync(cancellationToken) as string;
        if (latest == zones.Version)
            return true;
        if (zones.AreOlderThan(latest))
            return false;
        await using var raise = new NpgsqlCommand(Raise, connection) { Parameters = { Value("version", zones.Version) } };
        await raise.ExecuteNonQueryAsync(cancellationToken);
        // Another service may have noted an even later one meanwhile; who waits for it here reads what it has committed.
        return !zones.AreOlderThan(await read.ExecuteScalarAsync(cancellationToken) as string);
    }
}
