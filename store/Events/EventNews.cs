using Npgsql;
using NpgsqlTypes;

namespace Mail.Store;

/// <summary>Whose events have become readable since the last look.</summary>
/// <param name="Horizon">Up to where they are readable now.</param>
/// <param name="Clients">Whose they are, the empty string for the installation's; null where that was not looked at.</param>
public sealed record EventNews(ulong Horizon, IReadOnlySet<string>? Clients)
{
    // Beyond it everybody looks for himself.
    private const int MaxSeen = 2000;

    private const string Look = $"""
        with bound as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as horizon),
        news as materialized (
            select e.client_id from bound b, lateral (
                select client_id from {EventSql.Table} e
                where e.xid >= @since and e.xid < b.horizon and e.at >= statement_timestamp() - interval '1 day'
                order by e.xid, e.id limit @most) e)
        select horizon, (select count(*) from news), array(select distinct coalesce(client_id, '') from news) from bound
        """;

    /// <summary>Looks.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="since">The <see cref="Horizon"/> of the look before; null for the first.</param>
    /// <param name="cancellationToken">Abandons the look.</param>
    public static async Task<EventNews> ReadAsync(NpgsqlConnection connection, ulong? since, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Look, connection)
        {
            Parameters = { new("since", NpgsqlDbType.Xid8) { Value = since ?? ulong.MaxValue }, new("most", MaxSeen) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var horizon = reader.GetFieldValue<ulong>(0);
        // A horizon that went back is that of another database.
        return since is null || horizon < since || reader.GetInt64(1) == MaxSeen
            ? new(horizon, Clients: null)
            : new(horizon, reader.GetFieldValue<string[]>(2).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Whether there may be some of a client's, or of anybody's where it is null.</summary>
    public bool IsAbout(string? clientId) => Clients is null || (clientId is null ? Clients.Count > 0 : Clients.Contains(clientId));
}
