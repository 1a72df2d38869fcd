using MassTransit.Scheduling;
using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler.Recurring;

/// <summary>
/// What commands do with the recurring schedules. Each statement runs in the transaction of the connection it is given.
/// </summary>
internal sealed class RecurringTable(PostgresSchedulerOptions options)
{
    internal const string Columns =
        "schedule_group, schedule_id, token_id, next_due, cron, time_zone, end_at, misfire, destination, content_type, properties, body";

    // What is scheduled and what is cancelled at once would otherwise find no row to lock, and each leave a timer.
    private readonly string _find = $"""
        select pg_advisory_xact_lock(hashtextextended('{options.Schema}.recurring ' || @group || '/' || @id, 0));
        select clock_timestamp();
        select {Columns}, paused, cancelled, asked_at from {options.Schema}.recurring
        where schedule_group = @group and schedule_id = @id for update
        """;

    private readonly string _save = $"""
        insert into {options.Schema}.recurring ({Columns}, paused, cancelled, asked_at)
        values (@group, @id, @token, @due, @cron, @zone, @end, @misfire, @destination, @content_type, @properties, @body,
            false, false, @asked)
        on conflict (schedule_group, schedule_id) do update
            set token_id = excluded.token_id, next_due = excluded.next_due, cron = excluded.cron, time_zone = excluded.time_zone,
                end_at = excluded.end_at, misfire = excluded.misfire, destination = excluded.destination,
                content_type = excluded.content_type, properties = excluded.properties, body = excluded.body, paused = false,
                cancelled = false, asked_at = excluded.asked_at
        """;

    private readonly string _cancel = $"""
        insert into {options.Schema}.recurring (schedule_group, schedule_id, token_id, next_due, cancelled, asked_at)
        values (@group, @id, @token, clock_timestamp() + @keep, true, @asked)
        on conflict (schedule_group, schedule_id) do update
            set next_due = excluded.next_due, cancelled = true, paused = false, asked_at = excluded.asked_at, cron = null, time_zone = null,
                end_at = null, misfire = null, destination = null, content_type = null, properties = null, body = null
        """;

    // Waits for a dispatcher that holds the row, and finds the row also where that dispatcher puts it back, which a delete would not. What
    // is left falls due at once and publishes nothing: nobody schedules this token again. An xmax tells an update from an insert.
    private readonly string _unplan = $"""
        insert into {options.Schema}.timers as t (token_id, due, cancelled) values (@token, statement_timestamp(), true)
        on conflict (token_id) do update
            set due = excluded.due, cancelled = true, destination = null, content_type = null, properties = null, body = null, error = null
        returning t.xmax <> 0
        """;

    /// <summary>Finds a schedule, and holds it until the transaction ends; null where there is none. Also the database's clock.</summary>
    internal async Task<(RecurringState? State, DateTimeOffset Now)> FindAsync(
        NpgsqlConnection connection, string group, string id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_find, connection);
        command.Parameters.AddWithValue("group", group);
        command.Parameters.AddWithValue("id", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return (null, now);
        DateTimeOffset? asked = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14);
        return (
            new(
                reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetBoolean(12), asked,
                reader.GetBoolean(13) ? null : Read(reader)),
            now);
    }

    /// <summary>Stores a schedule, with the token and the due time of the timer that is planned for it.</summary>
    internal async Task SaveAsync(NpgsqlConnection connection, RecurringTimer schedule, CancellationToken cancellationToken)
    {
        await using var command = Command(_save, connection, schedule.Group, schedule.Id, schedule.Message.AskedAt);
        command.Parameters.AddWithValue("token", schedule.Message.TokenId);
        command.Parameters.AddWithValue("due", schedule.Message.Due.UtcDateTime);
        command.Parameters.AddWithValue("cron", schedule.Cron);
        command.Parameters.AddWithValue("zone", schedule.TimeZone);
        command.Parameters.Add(new("end", NpgsqlDbType.TimestampTz) { Value = (object?)schedule.End?.UtcDateTime ?? DBNull.Value });
        command.Parameters.AddWithValue("misfire", schedule.Misfire.ToString());
        command.Parameters.AddWithValue("destination", schedule.Message.Destination.ToString());
        command.Parameters.AddWithValue("content_type", schedule.Message.ContentType);
        command.Parameters.Add(new("properties", NpgsqlDbType.Jsonb) { Value = schedule.Message.Properties.ToJson() });
        command.Parameters.AddWithValue("body", schedule.Message.Body);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Leaves a tombstone, for a schedule that is still under way.</summary>
    internal async Task CancelAsync(
        NpgsqlConnection connection, string group, string id, DateTimeOffset? asked, CancellationToken cancellationToken)
    {
        await using var command = Command(_cancel, connection, group, id, asked);
        // No timer's: PostgreSQL 12 has no function that makes one.
        command.Parameters.AddWithValue("token", Guid.CreateVersion7());
        command.Parameters.AddWithValue("keep", options.KeepCancelled);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Cancels a planned timer, once whoever publishes it is done. Returns whether it was still there.</summary>
    internal async Task<bool> UnplanAsync(NpgsqlConnection connection, Guid token, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_unplan, connection);
        command.Parameters.AddWithValue("token", token);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Writes the token and the due time of the next timer of a schedule.</summary>
    internal async Task PlanAsync(
        NpgsqlConnection connection, string group, string id, Guid token, DateTimeOffset due, bool paused,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update {options.Schema}.recurring set token_id = @token, next_due = @due, paused = @paused
            where schedule_group = @group and schedule_id = @id
            """,
            connection);
        command.Parameters.AddWithValue("group", group);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("token", token);
        command.Parameters.AddWithValue("due", due.UtcDateTime);
        command.Parameters.AddWithValue("paused", paused);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task DeleteAsync(NpgsqlConnection connection, string group, string id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"delete from {options.Schema}.recurring where schedule_group = @group and schedule_id = @id", connection);
        command.Parameters.AddWithValue("group", group);
        command.Parameters.AddWithValue("id", id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(string sql, NpgsqlConnection connection, string group, string id, DateTimeOffset? asked)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("group", group);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.Add(new("asked", NpgsqlDbType.TimestampTz) { Value = (object?)asked?.UtcDateTime ?? DBNull.Value });
        return command;
    }

    /// <summary>Reads a row that begins with <see cref="Columns"/>.</summary>
    internal static RecurringTimer Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(4), reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6), Enum.Parse<MissedEventPolicy>(reader.GetString(7)),
        new(
            reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3), new Uri(reader.GetString(8)), reader.GetString(9),
            MessageProperties.Parse(reader.GetString(10)), reader.GetFieldValue<byte[]>(11)));
}
