using Npgsql;

namespace Mail.Store;

/// <summary>
/// How fast an SMTP account may be used, over all senders: each takes the next slots in line, many at a time. The document
/// says when the first free one is, by the database's clock.
/// </summary>
public static class Pacing
{
    private const string Paces = $"{MailRegistry.Schema}.mt_doc_pace";

    // Unused slots are lost: after a pause the next free slot is now.
    private const string Reserve = $"""
        insert into {Paces} as p (id, data)
        values (@account, jsonb_build_object('id', @account, 'next_at', clock_timestamp() + @span))
        on conflict (id) do update set mt_last_modified = now(), data = p.data
            || jsonb_build_object('next_at', greatest((p.data->>'next_at')::timestamptz, clock_timestamp()) + @span)
        returning (data->>'next_at')::timestamptz - @span - clock_timestamp()
        """;

    /// <summary>When the first free slot of each account is; accounts without a limit are not there.</summary>
    public static async Task<Dictionary<string, DateTimeOffset>> NextAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select id, (data->>'next_at')::timestamptz from {Paces}", connection);
        var next = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            next[reader.GetString(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        return next;
    }

    /// <summary>Takes the next slots of an account. Returns how far off the first is; at or below zero it is now.</summary>
    /// <param name="connection">Any open connection, outside a transaction: others wait for the row.</param>
    /// <param name="account">The account, see <see cref="Pace"/>.</param>
    /// <param name="span">How much of the line is taken: a slot's length for each e-mail.</param>
    /// <param name="cancellationToken">Abandons the call; the slots may be taken all the same, and pass unused.</param>
    public static async Task<TimeSpan> ReserveAsync(
        NpgsqlConnection connection, string account, TimeSpan span, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Reserve, connection);
        command.Parameters.AddWithValue("account", account);
        command.Parameters.AddWithValue("span", span);
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
