using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Reads events in the order of commits. A reader takes what lies after its position and below the oldest transaction that still runs: what
/// commits later has a place behind every position that was ever given out.
/// </summary>
public static class EventFeed
{
    /// <summary>How many events of other types are passed over at a time.</summary>
    public const int MaxScanned = 10_000;

    // The number of an epoch. A restore from a dump writes the row in another transaction, and a moved or copied data directory has been
    // accepted by a person, which makes the row anew. pg_upgrade makes another system, too: cursors of before are then refused for nothing.
    // The limits are for the planner: autovacuum never analyzes a table of one row, and without statistics it is taken for 1,330.
    internal const string State = $"""
        select hashtextextended(
                (select system_identifier from pg_control_system()) || '/'
                    || (select oid from pg_database where datname = current_database()) || '/' || e.epoch || '/' || e.xmin, 0) as epoch,
            case when s.epoch = e.epoch then s.xid else '0' end as start_xid,
            case when s.epoch = e.epoch then s.event_id else 0 end as start_id,
            pg_snapshot_xmin(n.snapshot) as horizon, pg_snapshot_xmax(n.snapshot) as ahead, statement_timestamp() as now,
            case when e.xmin = e.began::xid then coalesce(e.held, e.began) else pg_snapshot_xmin(n.snapshot) end as began,
            case when e.xmin = e.began::xid then coalesce(e.held_at, e.began_at) else statement_timestamp() end as began_at
        from (select e.xmin, e.* from {MailRegistry.Schema}.event_epoch e limit 1) e,
            (select * from {MailRegistry.Schema}.event_start limit 1) s, (select pg_current_snapshot() as snapshot) n
        """;

    // A row that a restore wrote is of another history: its transaction's number may be far ahead of this server's, and the row would turn
    // up again when that is reached. No row is ever updated, or written under a savepoint.
    internal const string IsGenuine = "e.xmin = e.xid::xid";

    // One statement, and so one snapshot: a partition that is dropped at this moment is either read, or told of by the start. Times bound
    // the partitions that are looked into.
    private const string StateColumns =
        "s.epoch, s.start_xid, s.start_id, s.horizon, s.ahead, s.now, s.began, s.began_at, n.xid, n.id, n.at";

    private const int FirstOfNewest = 8;
    private const int FirstOfEvent = 11;
    private const int FirstOfScanned = 20;

    // Where a reader goes on that has read all. The numbers below the horizon are no such place: those of transactions that were rolled
    // back are given again after a crash, and a reader would pass over what they write. What is visible has been committed.
    private const string Newest = $"""
        select e.xid, e.id, e.at from {EventSql.Table} e
            where (e.xid, e.id) > (@xid, @id) and e.xid >= s.began and e.xid < s.horizon and e.at >= @from and {IsGenuine}
            order by e.xid desc, e.id desc limit 1
        """;

    private const string FromState = $"with state as materialized ({State}) select {StateColumns}";

    private static string After(string condition, string limit) => $"""
        select * from {EventSql.Table} e
            where {condition} (e.xid, e.id) > (@xid, @id) and e.xid < s.horizon and e.at >= @from and {IsGenuine}
            order by e.xid, e.id limit {limit}
        """;

    private const string End = $"{FromState} from state s left join lateral ({Newest}) n on true";

    private static string Read(string condition) => $"""
        {FromState}, {EventRow.Columns}
        from state s left join lateral ({Newest}) n on true left join lateral ({After(condition, "@limit")}) e on true
        """;

    // With the last that was looked at, where there may be more: another statement would see another last one.
    private static string ReadTypes(string condition) => $"""
        with state as materialized ({State}),
        scanned as materialized (select e.* from state s cross join lateral ({After(condition, "@scanned")}) e),
        latest as (select xid, id, at from scanned order by xid, id offset @scanned - 1 limit 1)
        select {StateColumns}, {EventRow.Columns}, l.xid, l.id, l.at
        from state s
            left join lateral ({Newest}) n on true
            left join (select * from scanned where type = any(@types) order by xid, id limit @limit) e on true
            left join latest l on true
        order by e.xid, e.id
        """;

    private const string OfClient = "e.client_id = @client and";
    private static readonly string _all = Read("");
    private static readonly string _allOfTypes = ReadTypes("");
    private static readonly string _ofClient = Read(OfClient);
    private static readonly string _ofClientOfTypes = ReadTypes(OfClient);

    /// <summary>What comes after a cursor.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="clientId">Whose events; null for all.</param>
    /// <param name="after">The cursor; null for the oldest that are kept.</param>
    /// <param name="types">Of <see cref="EventType"/>; empty for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <exception cref="CursorExpiredException">Events after the cursor are no longer kept, or it is of another history.</exception>
    public static async Task<FeedPage> ReadAsync(
        NpgsqlConnection connection, string? clientId, FeedCursor? after, IReadOnlyCollection<string> types, int limit,
        CancellationToken cancellationToken)
    {
        var from = after?.Position ?? EventPosition.Start;
        var (state, events, scanned) = await ReadAsync(connection, clientId, from, types, limit, cancellationToken);
        if (after is not null && state.Refuses(after))
            throw new CursorExpiredException(new(state.Epoch, state.Start), new(state.Epoch, state.Began));
        if (events.Count > limit)
        {
            events.RemoveAt(limit);
            return new(events, new(state.Epoch, events[^1].Position), HasMore: true);
        }

        // Of other types there may be more than were looked at.
        var last = events.Count > 0 ? events[^1].Position : from;
        return new(events, new(state.Epoch, scanned ?? state.EndAfter(last)), HasMore: scanned is not null);
    }

    /// <summary>Where a reader begins that wants nothing of before.</summary>
    public static async Task<FeedCursor> EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(End, connection);
        AddPlace(command, EventPosition.Start);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var state = ReadState(reader);
        return new(state.Epoch, state.EndAfter(EventPosition.Start));
    }

    private static FeedState ReadState(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), new(reader.GetFieldValue<ulong>(1), reader.GetInt64(2), DateTimeOffset.UnixEpoch),
        reader.GetFieldValue<ulong>(3), reader.GetFieldValue<ulong>(4), reader.GetFieldValue<DateTimeOffset>(5),
        new(reader.GetFieldValue<ulong>(6), 0, reader.GetFieldValue<DateTimeOffset>(7)), Place(reader, FirstOfNewest));

    private static EventPosition? Place(NpgsqlDataReader reader, int first) => reader.IsDBNull(first)
        ? null
        : new(reader.GetFieldValue<ulong>(first), reader.GetInt64(first + 1), reader.GetFieldValue<DateTimeOffset>(first + 2));

    private static void AddPlace(NpgsqlCommand command, EventPosition after)
    {
        command.Parameters.Add(new("xid", NpgsqlDbType.Xid8) { Value = after.Xid });
        command.Parameters.Add(Value("id", after.Id));
        // Numbers of transactions are given when they first write, times when the statement came.
        command.Parameters.Add(Value("from", after.At.UtcDateTime.AddDays(after == EventPosition.Start ? 0 : -1)));
    }

    private static async Task<(FeedState State, List<FeedEvent> Events, EventPosition? Scanned)> ReadAsync(
        NpgsqlConnection connection, string? clientId, EventPosition after, IReadOnlyCollection<string> types, int limit,
        CancellationToken cancellationToken)
    {
        var sql = (clientId, types.Count) switch
        {
            (null, 0) => _all,
            (null, _) => _allOfTypes,
            (_, 0) => _ofClient,
            _ => _ofClientOfTypes,
        };
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(ClientOrAll(clientId));
        AddPlace(command, after);
        command.Parameters.Add(Value("types", types.Select(EventType.Number).ToArray()));
        command.Parameters.Add(Value("limit", limit + 1));
        command.Parameters.Add(Value("scanned", MaxScanned));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<FeedEvent>();
        var (state, scanned) = ((FeedState?)null, (EventPosition?)null);
        while (await reader.ReadAsync(cancellationToken))
        {
            state ??= ReadState(reader);
            if (!await reader.IsDBNullAsync(FirstOfEvent, cancellationToken))
                events.Add(EventRow.Read(reader, FirstOfEvent));
            scanned ??= types.Count > 0 ? Place(reader, FirstOfScanned) : null;
        }

        return (state!, events, scanned);
    }
}
