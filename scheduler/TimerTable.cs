using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler;

/// <summary>Every statement over the timer table. Each runs in the transaction of the connection it is given.</summary>
public sealed class TimerTable(PostgresSchedulerOptions options)
{
    // A tombstone (cancelled) wins over a schedule that arrives after it: cancels and schedules travel on different
    // channels. Tokens are inserted in order, so that two bulk inserts never wait for each other in a circle.
    // Dispatchers sleep a second at the most, so only what is due sooner is worth a notification.
    private readonly string _schedule = $"""
        with ins as (
            insert into {options.Schema}.timers as t (token_id, due, destination, content_type, properties, body)
            select * from unnest(@tokens, @dues, @destinations, @content_types, @properties, @bodies)
                as n (token_id, due, destination, content_type, properties, body)
            order by token_id
            on conflict (token_id) do update
                set due = excluded.due, destination = excluded.destination, content_type = excluded.content_type,
                    properties = excluded.properties, body = excluded.body, attempts = 0, error = null
                where not t.cancelled
            returning due)
        select pg_notify('{options.Channel}', '') from (select min(due) as first from ins) i
        where i.first < statement_timestamp() + interval '2 seconds'
        """;

    // A timer that is not there (yet, or any more) leaves a tombstone; one that is there is replaced by one.
    private readonly string _cancel = $"""
        insert into {options.Schema}.timers (token_id, due, cancelled)
        select token_id, 'infinity', true from unnest(@tokens) as n (token_id) order by token_id
        on conflict (token_id) do update
            set due = 'infinity', cancelled = true, destination = null, content_type = null, properties = null, body = null, error = null
        """;

    // Without the materialized CTE the planner may evaluate the locking subquery more than once and delete past its limit.
    // The delete becomes visible with the commit, which follows the broker's confirms: a crash in between brings the rows back.
    private readonly string _claim = $"""
        with due as materialized (
            select token_id from {options.Schema}.timers
            where due <= coalesce(@now, now())
            order by due
            limit @batch
            for update skip locked)
        delete from {options.Schema}.timers t using due where t.token_id = due.token_id
        returning t.token_id, t.due, t.destination, t.content_type, t.properties, t.body, t.attempts
        """;

    private readonly string _putBack = $"""
        insert into {options.Schema}.timers (token_id, due, destination, content_type, properties, body, attempts, error)
        values (@token, @due, @destination, @content_type, @properties, @body, @attempts, @error)
        on conflict (token_id) do nothing
        """;

    // now() is the start of the transaction, the claim's own: what has become due since the claim looked is not asleep
    // for another second, it is at a distance below zero.
    private readonly string _distance = $"""
        select extract(epoch from min(due) - clock_timestamp())::float8 from {options.Schema}.timers
        where due < 'infinity' and due > now()
        """;

    private readonly string _purge = $"""
        delete from {options.Schema}.timers
        where due = 'infinity' and cancelled and created_at < statement_timestamp() - @age
        """;

    /// <summary>Schedules messages, or replaces those of the same tokens; a cancelled token stays cancelled.</summary>
    public async Task ScheduleAsync(NpgsqlConnection connection, IReadOnlyCollection<TimedMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        await using var command = new NpgsqlCommand(_schedule, connection);
        command.Parameters.AddWithValue("tokens", messages.Select(message => message.TokenId).ToArray());
        command.Parameters.AddWithValue("dues", messages.Select(message => ToMicroseconds(message.Due)).ToArray());
        command.Parameters.AddWithValue("destinations", messages.Select(message => message.Destination.ToString()).ToArray());
        command.Parameters.AddWithValue("content_types", messages.Select(message => message.ContentType).ToArray());
        command.Parameters.Add(new("properties", NpgsqlDbType.Array | NpgsqlDbType.Jsonb) { Value = messages.Select(message => message.Properties.ToJson()).ToArray() });
        command.Parameters.AddWithValue("bodies", messages.Select(message => message.Body).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Cancels what is scheduled under the tokens, and what may yet be scheduled under them.</summary>
    public async Task CancelAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken)
    {
        if (tokens.Count == 0)
            return;
        await using var command = new NpgsqlCommand(_cancel, connection);
        command.Parameters.AddWithValue("tokens", tokens.Distinct().ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Takes what is due out of the table, until the transaction commits; what other instances hold is passed over.
    /// </summary>
    /// <param name="connection">A connection with an open transaction.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the claim.</param>
    internal async Task<List<ClaimedTimer>> ClaimAsync(NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_claim, connection);
        command.Parameters.Add(new("now", NpgsqlDbType.TimestampTz) { Value = (object?)now?.ToUniversalTime() ?? DBNull.Value });
        command.Parameters.AddWithValue("batch", options.BatchSize);
        var claimed = new List<ClaimedTimer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetFieldValue<byte[]>(5), reader.GetInt32(6)));
        }

        claimed.Sort((a, b) => a.Due.CompareTo(b.Due));
        return claimed;
    }

    /// <summary>Returns a claimed timer to the table, to be tried again at <paramref name="due"/>; null sets it aside.</summary>
    internal async Task PutBackAsync(
        NpgsqlConnection connection, ClaimedTimer timer, DateTimeOffset? due, int attempts, string? error, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_putBack, connection);
        command.Parameters.AddWithValue("token", timer.TokenId);
        // Npgsql writes DateTime.MaxValue as 'infinity'.
        command.Parameters.AddWithValue("due", NpgsqlDbType.TimestampTz, due?.UtcDateTime ?? DateTime.MaxValue);
        command.Parameters.AddWithValue("destination", timer.Destination);
        command.Parameters.AddWithValue("content_type", timer.ContentType);
        command.Parameters.AddWithValue("properties", NpgsqlDbType.Jsonb, timer.Properties);
        command.Parameters.AddWithValue("body", timer.Body);
        command.Parameters.AddWithValue("attempts", attempts);
        command.Parameters.Add(new("error", NpgsqlDbType.Text) { Value = (object?)error ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How far off the next due time is, by the database's clock; null where nothing is scheduled.</summary>
    internal async Task<TimeSpan?> DistanceToNextAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_distance, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is double seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds))
            : null;
    }

    /// <summary>Deletes tombstones that are older than any schedule they could still meet.</summary>
    public async Task<int> PurgeAsync(NpgsqlConnection connection, TimeSpan age, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_purge, connection);
        command.Parameters.AddWithValue("age", age);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>PostgreSQL keeps microseconds and .NET a tenth of one: rounded up, so that nothing is early.</summary>
    private static DateTime ToMicroseconds(DateTimeOffset due)
    {
        var rest = due.UtcTicks % TimeSpan.TicksPerMicrosecond;
        var up = rest == 0 ? 0 : TimeSpan.TicksPerMicrosecond - rest;
        // At the very end of the calendar there is no later microsecond.
        return due.UtcDateTime > DateTime.MaxValue.AddTicks(-TimeSpan.TicksPerMicrosecond)
            ? due.UtcDateTime.AddTicks(-rest - TimeSpan.TicksPerMicrosecond)
            : due.UtcDateTime.AddTicks(up);
    }
}
