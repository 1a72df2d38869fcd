using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler;

/// <summary>
/// What callers do with the timer table: schedule, cancel, withdraw. Each statement runs in the transaction of the connection it is given.
/// </summary>
public sealed class TimerTable(PostgresSchedulerOptions options)
{
    private const string IsNotOvertaken =
        "(t.asked_at > excluded.asked_at and t.asked_at < excluded.asked_at + interval '1 minute') is not true";

    // Cancels and schedules travel on different channels and overtake each other: what was asked for last holds. A tombstone
    // (cancelled) wins over a schedule that was asked for before it, and over one that does not say when it was asked for. Nothing is
    // under way for longer than a minute while what was asked for later arrives: what seems older than that is from a clock that is behind.
    // Tokens are inserted in order, so that two bulk inserts never wait for each other in a circle.
    // Dispatchers sleep a second at the most, so only what is due sooner is worth a notification.
    private readonly string _schedule = $"""
        with ins as (
            insert into {options.Schema}.timers as t (token_id, due, destination, content_type, properties, body, asked_at)
            select * from unnest(@tokens, @dues, @destinations, @content_types, @properties, @bodies, @asked)
                as n (token_id, due, destination, content_type, properties, body, asked_at)
            order by token_id
            on conflict (token_id) do update
                set due = excluded.due, destination = excluded.destination, content_type = excluded.content_type,
                    properties = excluded.properties, body = excluded.body, attempts = 0, error = null, cancelled = false,
                    asked_at = excluded.asked_at
                where case when t.cancelled then t.asked_at < excluded.asked_at else {IsNotOvertaken} end
            returning due)
        select pg_notify('{options.Channel}', '') from (select min(due) as first from ins) i
        where i.first < statement_timestamp() + interval '2 seconds'
        """;

    // A timer that is not there (yet, or any more) leaves a tombstone; one that is there is replaced by one. Claimed when
    // it is due like any other, it publishes nothing. A cancel that arrives after its token was scheduled anew leaves that alone.
    private readonly string _cancel = $"""
        insert into {options.Schema}.timers as t (token_id, due, cancelled, asked_at)
        select token_id, statement_timestamp() + @keep, true, coalesce(@asked, 'infinity') from unnest(@tokens) as n (token_id)
        order by token_id
        on conflict (token_id) do update
            set due = excluded.due, cancelled = true, destination = null, content_type = null, properties = null, body = null, error = null,
                asked_at = greatest(t.asked_at, excluded.asked_at)
            where t.cancelled or {IsNotOvertaken}
        """;

    // Whose row a dispatcher holds is about to be published, and is not waited for.
    private readonly string _withdraw = $"""
        with mine as materialized (
            select token_id from {options.Schema}.timers where token_id = any(@tokens) and not cancelled order by token_id
                for update skip locked)
        delete from {options.Schema}.timers t using mine where t.token_id = mine.token_id
        """;

    internal PostgresSchedulerOptions Options => options;

    /// <summary>
    /// Schedules messages, or replaces those of the same tokens. What was asked for later stays (<see cref="TimedMessage.AskedAt"/>), a
    /// cancel above all.
    /// </summary>
    public async Task ScheduleAsync(
        NpgsqlConnection connection, IReadOnlyCollection<TimedMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        await using var command = new NpgsqlCommand(_schedule, connection);
        command.Parameters.AddWithValue("tokens", messages.Select(message => message.TokenId).ToArray());
        command.Parameters.AddWithValue("dues", messages.Select(message => ToMicroseconds(message.Due)).ToArray());
        command.Parameters.AddWithValue("destinations", messages.Select(message => message.Destination.ToString()).ToArray());
        command.Parameters.AddWithValue("content_types", messages.Select(message => message.ContentType).ToArray());
        command.Parameters.Add(new("properties", NpgsqlDbType.Array | NpgsqlDbType.Jsonb)
        {
            Value = messages.Select(message => message.Properties.ToJson()).ToArray(),
        });
        command.Parameters.AddWithValue("bodies", messages.Select(message => message.Body).ToArray());
        command.Parameters.Add(new("asked", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
        {
            Value = messages.Select(message => message.AskedAt?.UtcDateTime).ToArray(),
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Cancels what is scheduled under the tokens, and what may yet be scheduled under them.</summary>
    public Task CancelAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken) =>
        CancelAsync(connection, tokens, asked: null, cancellationToken);

    /// <summary>
    /// Cancels what was scheduled under the tokens up to an instant, in whichever order the two arrive; what is scheduled anew after it is
    /// published.
    /// </summary>
    /// <param name="connection">An open connection; its transaction is the cancel's.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="asked">When the caller asked for it, by the clock that schedules go by; null cancels for good.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task CancelAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, DateTimeOffset? asked, CancellationToken cancellationToken)
    {
        if (tokens.Count == 0)
            return;
        await using var command = new NpgsqlCommand(_cancel, connection);
        command.Parameters.AddWithValue("tokens", tokens.Distinct().ToArray());
        command.Parameters.AddWithValue("keep", options.KeepCancelled);
        command.Parameters.Add(new("asked", NpgsqlDbType.TimestampTz) { Value = (object?)asked?.UtcDateTime ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Takes timers back that only the caller has scheduled and that nobody will schedule again, and waits for nobody: a timer that is
    /// just being published stays. Unlike a cancel it leaves nothing behind.
    /// </summary>
    public async Task WithdrawAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_withdraw, connection);
        command.Parameters.AddWithValue("tokens", tokens.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
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
