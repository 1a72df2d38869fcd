using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Events looked at from their end, the newest first; and events by their ids.</summary>
public static class RecentEvents
{
    private const string OfClient = "e.client_id = @client and";

    // With the last that was looked at, where there may be more.
    private static string Recent(string condition) => $"""
        with scanned as materialized (
            select * from {EventSql.Table} e
            where {condition} (e.xid, e.id) < (@xid, @id) and (e.xid, e.id) > (@after_xid, @after_id)
                and e.xid < pg_snapshot_xmin(pg_current_snapshot()) and e.at >= @since and {EventFeed.IsGenuine}
            order by e.xid desc, e.id desc limit @scanned),
        latest as (select xid, id, at from scanned order by xid desc, id desc offset @scanned - 1 limit 1)
        select l.xid, l.id, l.at, {EventRow.Columns}
        from (select 1) one
            left join latest l on true
            left join (
                select * from scanned where cardinality(@types) = 0 or type = any(@types)
                order by xid desc, id desc limit @limit) e on true
        order by e.xid desc, e.id desc
        """;

    private static readonly string _all = Recent("");
    private static readonly string _ofClient = Recent(OfClient);

    // Each is found by its transaction, within its millisecond.
    private const string ById = $"""
        select {EventRow.Columns} from unnest(@xids, @bits, @ats) as n (xid, bits, at), {EventSql.Table} e
        where e.client_id = @client and e.xid = n.xid and (e.id & 16777215) = n.bits and e.at >= n.at
            and e.at < n.at + interval '1 millisecond' and e.xid < pg_snapshot_xmin(pg_current_snapshot()) and {EventFeed.IsGenuine}
        """;

    /// <summary>Behind every event.</summary>
    public static EventPosition End { get; } = new(ulong.MaxValue, 0, DateTimeOffset.MaxValue);

    /// <summary>The newest events before a place; and where to go on, where those that were looked at were not all.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="clientId">Whose; null for all.</param>
    /// <param name="before">The place; <see cref="End"/> for the newest.</param>
    /// <param name="after">The place behind which they are.</param>
    /// <param name="since">Not older than this.</param>
    /// <param name="types">Of <see cref="EventType"/>; empty for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<(List<FeedEvent> Events, EventPosition? Scanned)> ReadAsync(
        NpgsqlConnection connection, string? clientId, EventPosition before, EventPosition after, DateTimeOffset since,
        IReadOnlyCollection<string> types, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(clientId is null ? _all : _ofClient, connection)
        {
            Parameters =
            {
                ClientOrAll(clientId), new("xid", NpgsqlDbType.Xid8) { Value = before.Xid }, Value("id", before.Id),
                new("after_xid", NpgsqlDbType.Xid8) { Value = after.Xid }, Value("after_id", after.Id),
                Value("since", since.UtcDateTime), Value("types", types.Select(EventType.Number).ToArray()), Value("limit", limit),
                Value("scanned", types.Count == 0 ? limit : EventFeed.MaxScanned),
            },
        };
        var (events, scanned) = (new List<FeedEvent>(), (EventPosition?)null);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (types.Count > 0 && !await reader.IsDBNullAsync(0, cancellationToken))
                scanned = new(reader.GetFieldValue<ulong>(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2));
            if (!await reader.IsDBNullAsync(3, cancellationToken))
                events.Add(EventRow.Read(reader, 3));
        }

        return (events, scanned);
    }

    /// <summary>Events of a client by their ids; those that are not there, or no longer kept, are left out.</summary>
    public static async Task<List<FeedEvent>> FindAsync(
        NpgsqlConnection connection, string clientId, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var places = ids.Select(EventId.Read).Where(place => place is not null).Select(place => place!.Value).ToList();
        await using var command = new NpgsqlCommand(ById, connection)
        {
            Parameters =
            {
                Value("client", clientId),
                new("xids", NpgsqlDbType.Xid8 | NpgsqlDbType.Array) { Value = places.Select(place => place.Xid).ToArray() },
                Value("bits", places.Select(place => place.LastBits).ToArray()),
                Value("ats", places.Select(place => place.At.UtcDateTime).ToArray()),
            },
        };
        var events = new List<FeedEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            events.Add(EventRow.Read(reader, 0));
        return events;
    }
}
