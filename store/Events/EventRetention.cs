using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Keeps the table of events: partitions for the days to come, and none for days long past.</summary>
public static class EventRetention
{
    private const int DaysAhead = 3;

    private const string Run = $"""
        select {MailRegistry.Schema}.drop_event_partitions(coalesce(@now, statement_timestamp()) - @keep),
            {MailRegistry.Schema}.add_event_partitions(@days)
        """;

    private const string ForgetDeliveries = $"""
        delete from {WebhookRow.Deliveries} where at < coalesce(@now, statement_timestamp()) - @keep
        """;

    // The oldest that a reader can't see yet, of what was committed.
    private const string OldestHidden = $"""
        select greatest(coalesce(statement_timestamp() - (
            select e.at from {EventSql.Table} e
            where e.xid >= pg_snapshot_xmin(pg_current_snapshot()) and e.at > statement_timestamp() - interval '1 day'
                and {EventFeed.IsGenuine}
            order by e.xid, e.id limit 1), interval '0'), interval '0')
        """;

    /// <summary>How long an event may be kept, where nothing else is set.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromDays(30);

    /// <summary>One pass, in the caller's transaction. It waits for nobody for longer than a tenth of a second.</summary>
    /// <param name="connection">The caller's.</param>
    /// <param name="keep">For how long events are kept.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the pass.</param>
    /// <returns>How many days were dropped.</returns>
    public static async Task<int> RunOnceAsync(
        NpgsqlConnection connection, TimeSpan keep, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var forget = new NpgsqlCommand(ForgetDeliveries, connection) { Parameters = { Value("keep", keep), Now(now) } };
        await forget.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Run, connection)
        {
            Parameters = { Value("keep", keep), Value("days", DaysAhead), Now(now) },
        };
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>For how long the oldest event that is committed has waited to be read: a transaction from before it still runs.</summary>
    public static async Task<TimeSpan> LagAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OldestHidden, connection);
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
