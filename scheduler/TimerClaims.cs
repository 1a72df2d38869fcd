using Npgsql;
using NpgsqlTypes;

namespace PostgresScheduler;

/// <summary>
/// What dispatchers do with the timer table: claim what is due, and put back what was not published. Each statement runs in the
/// transaction of the connection it is given.
/// </summary>
internal sealed class TimerClaims(PostgresSchedulerOptions options)
{
    // An array of tokens, and no join: that is read by the index of the tokens, whichever the plan.
    // The delete becomes visible with the commit, which follows the broker's confirms: a crash in between brings the rows back.
    private readonly string _claim = $"""
        delete from {options.Schema}.timers
        where token_id = any(array(
            select token_id from {options.Schema}.timers
            where due <= coalesce(@now, now())
            order by due
            limit @batch
            for update skip locked))
        returning token_id, destination, content_type, properties, body, attempts, asked_at, clock_timestamp() - due
        """;

    // A pause that is null sets the message aside, for a person to look at. What was cancelled or scheduled anew while it
    // was claimed waits for the claim's row, and then finds none: the conflict can't arise. Who keeps watch did not see what is put back,
    // and is told when that is to be tried later. What is due at once, the broker did not take: nobody is to hurry then.
    private readonly string _putBack = $"""
        with back as (
            insert into {options.Schema}.timers (token_id, due, destination, content_type, properties, body, attempts, asked_at, error)
            select token_id, coalesce(clock_timestamp() + pause, 'infinity'), destination, content_type, properties, body, attempts,
                asked_at, error
            from unnest(@tokens, @pauses, @destinations, @content_types, @properties, @bodies, @attempts, @asked, @errors)
                as n (token_id, pause, destination, content_type, properties, body, attempts, asked_at, error)
            returning due)
        select pg_notify('{options.Channel}', '') from back where due > clock_timestamp() and due < 'infinity' limit 1
        """;

    // now() is the start of the transaction, the claim's own: what has become due since the claim looked is not asleep
    // for another second, it is at a distance below zero.
    private readonly string _distance = $"""
        select extract(epoch from min(due) - clock_timestamp())::float8 from {options.Schema}.timers
        where due < 'infinity' and due > now()
        """;

    /// <summary>
    /// Takes what is due out of the table, until the transaction commits; what other instances hold is passed over. The rest of the
    /// transaction reads by indexes.
    /// </summary>
    /// <param name="connection">A connection with an open transaction.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the claim.</param>
    internal async Task<List<ClaimedTimer>> ClaimAsync(
        NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(PlanSettings.IndexesOnly),
                new(_claim)
                {
                    Parameters =
                    {
                        new("now", NpgsqlDbType.TimestampTz) { Value = (object?)now?.ToUniversalTime() ?? DBNull.Value },
                        new("batch", options.BatchSize),
                    },
                },
            },
        };
        var claimed = new List<ClaimedTimer>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(reader.IsDBNull(1)
                ? new(reader.GetGuid(0), null, null, null, null, 0, null, TimeSpan.Zero)
                : new(
                    reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                    reader.GetFieldValue<byte[]>(4), reader.GetInt32(5), reader.IsDBNull(6) ? null : reader.GetDateTime(6),
                    reader.GetTimeSpan(7)));
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
        command.Parameters.Add(
            new("properties", NpgsqlDbType.Array | NpgsqlDbType.Jsonb) { Value = timers.Select(back => back.Timer.Properties).ToArray() });
        command.Parameters.AddWithValue("bodies", timers.Select(back => back.Timer.Body).ToArray());
        command.Parameters.AddWithValue("attempts", timers.Select(back => back.Attempts).ToArray());
        command.Parameters.Add(
            new("asked", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { Value = timers.Select(back => back.Timer.AskedAt).ToArray() });
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
}
