using System.Globalization;
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

    private const string Columns = "token_id, due, destination, content_type, properties, body, asked_at";

    private static readonly string[] _values =
        ["@tokens", "@dues", "@destinations", "@content_types", "@properties", "@bodies", "@asked"];

    // Tokens are inserted in order, so that two bulk inserts never wait for each other in a circle. Messages are sorted before they
    // come here: arrays in the select list are read side by side, where PostgreSQL would store their rows first in order to sort them.
    private readonly string _schedule = Schedule(
        options, $"select {string.Join(", ", _values.Select(value => $"unnest({value})"))}", "(select min(due) as due from ins) first");

    // Nearly every call of an application is about one message: without arrays it costs PostgreSQL less.
    private readonly string _scheduleOne = Schedule(options, $"values ({string.Join(", ", _values)})", "ins");

    private readonly string _cancel =
        Cancel(options, $"select {Tombstone("token_id")} from unnest(@tokens) as n (token_id) order by token_id");

    private readonly string _cancelOne = Cancel(options, $"values ({Tombstone("@tokens")})");

    // Whose row a dispatcher holds is about to be published, and is not waited for.
    private readonly string _withdraw = $"""
        delete from {options.Schema}.timers
        where token_id = any(array(
            select token_id from {options.Schema}.timers where token_id = any(@tokens) and not cancelled order by token_id
            for update skip locked))
        """;

    internal PostgresSchedulerOptions Options => options;

    // Cancels and schedules travel on different channels and overtake each other: what was asked for last holds. A tombstone
    // (cancelled) wins over a schedule that was asked for before it, and over one that does not say when it was asked for. Nothing is
    // under way for longer than a minute while what was asked for later arrives: what seems older than that is from a clock that is behind.
    // Dispatchers sleep for LongestSleep at the most, so only what is due about as soon is worth a notification.
    private static string Schedule(PostgresSchedulerOptions options, string rows, string first) => $"""
        with ins as (
            insert into {options.Schema}.timers as t ({Columns})
            {rows}
            on conflict (token_id) do update
                set due = excluded.due, destination = excluded.destination, content_type = excluded.content_type,
                    properties = excluded.properties, body = excluded.body, attempts = 0, error = null, cancelled = false,
                    asked_at = excluded.asked_at
                where case when t.cancelled then t.asked_at < excluded.asked_at else {IsNotOvertaken} end
            returning due)
        select pg_notify('{options.Channel}', '') from {first}
        where due < statement_timestamp() + interval '{Seconds(options.LongestSleep)} seconds' + interval '1 second'
        """;

    // A timer that is not there (yet, or any more) leaves a tombstone; one that is there is replaced by one. Claimed when
    // it is due like any other, it publishes nothing. A cancel that arrives after its token was scheduled anew leaves that alone.
    private static string Cancel(PostgresSchedulerOptions options, string rows) => $"""
        insert into {options.Schema}.timers as t (token_id, due, cancelled, asked_at)
        {rows}
        on conflict (token_id) do update
            set due = excluded.due, cancelled = true, destination = null, content_type = null, properties = null, body = null, error = null,
                asked_at = greatest(t.asked_at, excluded.asked_at)
            where t.cancelled or {IsNotOvertaken}
        """;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static string Tombstone(string token) => $"{token}, statement_timestamp() + @keep, true, coalesce(@asked, 'infinity')";

    /// <summary>
    /// Schedules messages, or replaces those of the same tokens. What was asked for later stays (<see cref="TimedMessage.AskedAt"/>), a
    /// cancel above all.
    /// </summary>
    public async Task ScheduleAsync(
        NpgsqlConnection connection, IReadOnlyCollection<TimedMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        await using var command = new NpgsqlCommand(messages.Count == 1 ? _scheduleOne : _schedule, connection);
        var ordered = messages.ToArray();
        Array.Sort(ordered, (a, b) => a.TokenId.CompareTo(b.TokenId));
        Add("tokens", NpgsqlDbType.Uuid, message => message.TokenId);
        Add("dues", NpgsqlDbType.TimestampTz, message => ToMicroseconds(message.Due));
        Add("destinations", NpgsqlDbType.Text, message => message.Destination.ToString());
        Add("content_types", NpgsqlDbType.Text, message => message.ContentType);
        Add("properties", NpgsqlDbType.Jsonb, message => message.Properties.ToJson());
        Add("bodies", NpgsqlDbType.Bytea, message => message.Body);
        Add("asked", NpgsqlDbType.TimestampTz, message => message.AskedAt?.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(string name, NpgsqlDbType type, Func<TimedMessage, T> value) => command.Parameters.Add(ordered.Length == 1
            ? new(name, type) { Value = (object?)value(ordered[0]) ?? DBNull.Value }
            : new(name, NpgsqlDbType.Array | type) { Value = ordered.Select(value).ToArray() });
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
        await using var command = new NpgsqlCommand(tokens.Count == 1 ? _cancelOne : _cancel, connection);
        command.Parameters.AddWithValue("tokens", tokens.Count == 1 ? tokens.First() : tokens.Distinct().ToArray());
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
