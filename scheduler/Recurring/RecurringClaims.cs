using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler.Recurring;

/// <summary>
/// How the next timers of recurring schedules are planned. Each statement runs in the transaction of the connection it is given.
/// </summary>
internal sealed class RecurringClaims(PostgresSchedulerOptions options)
{
    // A planned timer that is still there has not gone out: the broker is away, or won't have it. Its successors wait, and what they
    // miss meanwhile is for the misfire policy. What is set aside waits for a person, and its successors don't.
    private readonly string _claim = $"""
        select {RecurringTable.Columns}, cancelled, coalesce(@now, clock_timestamp()) from {options.Schema}.recurring r
        where next_due <= coalesce(@now, now()) and not paused
            and not exists (select from {options.Schema}.timers t where t.token_id = r.token_id and t.due < 'infinity')
        order by next_due
        limit 100
        for update of r skip locked
        """;

    private readonly string _distance = $"""
        select extract(epoch from
            (select min(next_due) from {options.Schema}.recurring where next_due > now() and not paused) - clock_timestamp())::float8,
            exists (select from {options.Schema}.recurring where next_due <= now() and not paused)
        """;

    /// <summary>Holds schedules whose planned timer has gone out, some at a time; and tombstones that may be forgotten.</summary>
    /// <param name="connection">A connection with an open transaction.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the claim.</param>
    internal async Task<List<ClaimedRecurring>> ClaimAsync(
        NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var parameter = new NpgsqlParameter("now", NpgsqlDbType.TimestampTz) { Value = (object?)now?.UtcDateTime ?? DBNull.Value };
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(PlanSettings.IndexesOnly), new(_claim) { Parameters = { parameter } } },
        };
        var claimed = new List<ClaimedRecurring>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetBoolean(12) ? null : RecurringTable.Read(reader),
                reader.GetFieldValue<DateTimeOffset>(13)));
        }

        return claimed;
    }

    /// <summary>
    /// How far off the next is, by the database's clock, null where none is; and whether some wait for their timers to go out.
    /// </summary>
    internal async Task<(TimeSpan? Distance, bool Waiting)> DistanceToNextAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_distance, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        TimeSpan? distance = reader.IsDBNull(0)
            ? null
            : TimeSpan.FromSeconds(Math.Min(reader.GetDouble(0), TimeSpan.FromDays(1).TotalSeconds));
        return (distance, reader.GetBoolean(1));
    }
}
