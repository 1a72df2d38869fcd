using Npgsql;

namespace Mail.Store;

/// <summary>When a duty of the sweep last succeeded, whichever instance did it.</summary>
/// <param name="Duty">Its name.</param>
/// <param name="Age">How long ago it succeeded last or, if it never did, was first tried.</param>
/// <param name="Reason">Why it failed since then; null where it did not.</param>
public sealed record DutyState(string Duty, TimeSpan Age, string? Reason);

/// <summary>Every statement over the duties of the sweep.</summary>
public static class SweepDuties
{
    private const string Table = $"{MailRegistry.Schema}.sweep_duty";

    // A transaction's lock, which goes with it. A process that was stopped in the middle loses it, and no statement waits for long: the
    // next pass comes in seconds, perhaps of another instance.
    private const string Begin = """
        select pg_try_advisory_xact_lock(hashtext('mail.sweep.' || @duty)), set_config('lock_timeout', '5s', true),
            set_config('statement_timeout', '20s', true), set_config('idle_in_transaction_session_timeout', '15s', true)
        """;

    private const string Success = $"""
        insert into {Table} as d (duty, since) values (@duty, statement_timestamp())
        on conflict (duty) do update set since = excluded.since, reason = null
        """;

    private const string Failure = $"""
        insert into {Table} as d (duty, since, reason) values (@duty, statement_timestamp(), @reason)
        on conflict (duty) do update set reason = excluded.reason
        """;

    /// <summary>
    /// Takes a duty over until the transaction ends; false where another instance is at it. The first statement of the transaction.
    /// </summary>
    public static async Task<bool> TryBeginAsync(NpgsqlConnection connection, string duty, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Begin, connection) { Parameters = { new("duty", duty) } };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Notes that the duty is done, in the duty's own transaction.</summary>
    public static async Task SucceedAsync(NpgsqlConnection connection, string duty, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Success, connection) { Parameters = { new("duty", duty) } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes why the duty failed; when it last succeeded stays.</summary>
    public static async Task FailAsync(NpgsqlConnection connection, string duty, string reason, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Failure, connection) { Parameters = { new("duty", duty), new("reason", reason) } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes the record of a duty that no instance has any more.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, string duty, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"delete from {Table} where duty = @duty", connection)
        {
            Parameters = { new("duty", duty) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Every duty, the one that has waited longest first.</summary>
    public static async Task<List<DutyState>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select duty, greatest(statement_timestamp() - since, interval '0'), reason from {Table} order by since, duty", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var states = new List<DutyState>();
        while (await reader.ReadAsync(cancellationToken))
            states.Add(new(reader.GetString(0), reader.GetTimeSpan(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        return states;
    }
}
