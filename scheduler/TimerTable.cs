using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler;

/// <summary>Every statement over the timer table. Each runs in the transaction of the connection it is given.</summary>
public sealed class TimerTable(PostgresSchedulerOptions options)
{
    // More than that are counted for nothing: the age of the oldest one tells how bad it is.
    private const int MaxCounted = 1_000_000;

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

    // A timer that is not there (yet, or any more) leaves a tombstone; one that is there is replaced by one. Claimed when
    // it is due like any other, it publishes nothing.
    private readonly string _cancel = $"""
        insert into {options.Schema}.timers (token_id, due, cancelled)
        select token_id, statement_timestamp() + @keep, true from unnest(@tokens) as n (token_id) order by token_id
        on conflict (token_id) do update
            set due = excluded.due, cancelled = true, destination = null, content_type = null, properties = null, body = null, error = null
        """;

    // Whose row a dispatcher holds is about to be published, and is not waited for.
    private readonly string _withdraw = $"""
        with mine as materialized (
            select token_id from {options.Schema}.timers where token_id = any(@tokens) and not cancelled order by token_id for update skip locked)
        delete from {options.Schema}.timers t using mine where t.token_id = mine.token_id
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
        returning t.token_id, t.destination, t.content_type, t.properties, t.body, t.attempts, clock_timestamp() - t.due
        """;

    // A pause that is null sets the message aside, for a person to look at. What was cancelled or scheduled anew while it
    // was claimed waits for the claim's row, and then finds none: the conflict can't arise.
    private readonly string _putBack = $"""
        insert into {options.Schema}.timers (token_id, due, destination, content_type, properties, body, attempts, error)
        select token_id, coalesce(clock_timestamp() + pause, 'infinity'), destination, content_type, properties, body, attempts, error
        from unnest(@tokens, @pauses, @destinations, @content_types, @properties, @bodies, @attempts, @errors)
            as n (token_id, pause, destination, content_type, properties, body, attempts, error)
        """;

    // now() is the start of the transaction, the claim's own: what has become due since the claim looked is not asleep
    // for another second, it is at a distance below zero.
    private readonly string _distance = $"""
        select extract(epoch from min(due) - clock_timestamp())::float8 from {options.Schema}.timers
        where due < 'infinity' and due > now()
        """;

    private readonly string _count = $"""
        select (select greatest(reltuples, 0)::bigint from pg_class where oid = '{options.Schema}.timers'::regclass),
               (select count(*) from (select from {options.Schema}.timers where due <= statement_timestamp() limit {MaxCounted}) due),
               (select count(*) from {options.Schema}.timers where due = 'infinity'),
               (select coalesce(statement_timestamp() - min(due), interval '0') from {options.Schema}.timers where due <= statement_timestamp())
        """;

    private readonly string _setAside = $"""
        select token_id, destination, attempts, error from {options.Schema}.timers where due = 'infinity' order by token_id limit @limit
        """;

    private readonly string _tryAgain = $"""
        with again as (
            update {options.Schema}.timers set due = statement_timestamp(), attempts = 0
            where due = 'infinity' and token_id = any(@tokens)
            returning token_id)
        select count(*), pg_notify('{options.Channel}', '') from again
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
        command.Parameters.AddWithValue("keep", options.KeepCancelled);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Takes timers back that only the caller has scheduled and that nobody will schedule again, and waits for nobody: a timer that is
    /// just being published stays. Unlike <see cref="CancelAsync"/> it leaves nothing behind.
    /// </summary>
    public async Task WithdrawAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_withdraw, connection);
        command.Parameters.AddWithValue("tokens", tokens.ToArray());
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
            claimed.Add(reader.IsDBNull(1)
                ? new(reader.GetGuid(0), null, null, null, null, 0, TimeSpan.Zero)
                : new(
                    reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                    reader.GetFieldValue<byte[]>(4), reader.GetInt32(5), reader.GetTimeSpan(6)));
        }

        claimed.Sort((a, b) => b.Lateness.CompareTo(a.Lateness));
        return claimed;
    }

    /// <summary>Returns claimed timers to the table: each to be tried again after its pause, or set aside where that is null.</summary>
    internal async Task PutBackAsync(NpgsqlConnection connection, IReadOnlyCollection<PutBack> timers, CancellationToken cancellationToken)
    {
        if (timers.Count == 0)
            return;
        await using var command = new NpgsqlCommand(_putBack, connection);
        command.Parameters.AddWithValue("tokens", timers.Select(back => back.Timer.TokenId).ToArray());
        command.Parameters.AddWithValue("pauses", timers.Select(back => back.Pause).ToArray());
        command.Parameters.AddWithValue("destinations", timers.Select(back => back.Timer.Destination).ToArray());
        command.Parameters.AddWithValue("content_types", timers.Select(back => back.Timer.ContentType).ToArray());
        command.Parameters.Add(new("properties", NpgsqlDbType.Array | NpgsqlDbType.Jsonb) { Value = timers.Select(back => back.Timer.Properties).ToArray() });
        command.Parameters.AddWithValue("bodies", timers.Select(back => back.Timer.Body).ToArray());
        command.Parameters.AddWithValue("attempts", timers.Select(back => back.Attempts).ToArray());
        command.Parameters.AddWithValue("errors", timers.Select(back => back.Reason).ToArray());
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

    internal async Task<TimerCounts> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_count, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetTimeSpan(3));
    }

    internal async Task<List<DeadLetter>> DeadLettersAsync(NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_setAside, connection);
        command.Parameters.AddWithValue("limit", limit);
        var messages = new List<DeadLetter>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3)));
        return messages;
    }

    internal async Task<int> TryAgainAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_tryAgain, connection);
        command.Parameters.AddWithValue("tokens", tokens.ToArray());
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>PostgreSQL keeps microseconds and .NET a tenth of one: rounded up, so that nothing is early.</summary>
    private static DateTime ToMicroseconds(DateTimeOffset due)
    {
        // "As soon as it is committed" is often said with the default value, which PostgreSQL would read as -infinity.
        if (due < DateTimeOffset.UnixEpoch)
            return DateTime.UnixEpoch;
        var rest = due.UtcTicks % TimeSpan.TicksPerMicrosecond;
        var up = rest == 0 ? 0 : TimeSpan.TicksPerMicrosecond - rest;
        // At the very end of the calendar there is no later microsecond.
        return due.UtcDateTime > DateTime.MaxValue.AddTicks(-TimeSpan.TicksPerMicrosecond)
            ? due.UtcDateTime.AddTicks(-rest - TimeSpan.TicksPerMicrosecond)
            : due.UtcDateTime.AddTicks(up);
    }
}
