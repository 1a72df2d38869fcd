using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Where scheduled e-mails stand.</summary>
public static class EmailStates
{
    /// <summary>For how long the wake-up of an e-mail that is due is taken to wait for a sender, where wake-ups do wait.</summary>
    internal static readonly TimeSpan StaysWoken = TimeSpan.FromHours(1);

    private static readonly string _due = $"""
        select count(*), count(*) filter (where e.woken_at > statement_timestamp() - @woken
            and not coalesce({Installations.NoBacklog}, false)) from {Emails} e
        where e.status = 'pending' and e.due_at <= statement_timestamp() and {IsNotHeld}
        """;

    private const string PendingOfConfig = $"""
        select id, coalesce(key, ''), data->>'occurrence' is not null
        from {Emails} where client_id = @client and status = 'pending' and data->>'source' = 'config'
        """;

    // What is due is little, and what is pending is counted in the index of the queue: no e-mail is read for it.
    private static string Pending(string condition) => $"""
        select client_id, coalesce(d.due, 0), p.pending - coalesce(d.due + d.expiring, 0), coalesce(d.expiring, 0)
        from (
            select client_id, count(*) as pending from {Emails} where status = 'pending' {condition} group by client_id) p
        left join (
            select client_id, count(*) filter (where send_before > statement_timestamp()) as due,
                count(*) filter (where send_before <= statement_timestamp()) as expiring
            from {Emails} where status = 'pending' and due_at <= statement_timestamp() {condition} group by client_id) d using (client_id)
        order by 2 desc, 1
        """;

    /// <summary>The status of each e-mail; with <paramref name="lock"/> none of them moves until the transaction ends.</summary>
    public static Task<Dictionary<Guid, string>> StatusesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, bool @lock, CancellationToken cancellationToken) =>
        StatusesAsync(connection, ids, clientId: null, @lock, cancellationToken);

    /// <summary>The same, of the e-mails of one client, or of all where it is null.</summary>
    public static async Task<Dictionary<Guid, string>> StatusesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, string? clientId, bool @lock, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select id, status from {Emails} where id = any(@ids) {(clientId is null ? "" : "and client_id = @client ")}"
            + (@lock ? "order by id for update" : ""),
            connection);
        command.Parameters.Add(Value("ids", ids.ToArray()));
        if (clientId is not null)
            command.Parameters.Add(Value("client", clientId));
        var statuses = new Dictionary<Guid, string>(ids.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            statuses[reader.GetGuid(0)] = reader.GetString(1);
        return statuses;
    }

    /// <summary>
    /// E-mails by their ids, of one client or of all. With <paramref name="lock"/> none of them moves until the transaction ends.
    /// </summary>
    public static async Task<Dictionary<Guid, ScheduledEmail>> EmailsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, string? clientId, bool @lock, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select data from {Emails} where id = any(@ids) and client_id = coalesce(@client, client_id) order by id "
            + (@lock ? "for update" : ""),
            connection);
        command.Parameters.Add(Value("ids", ids.ToArray()));
        command.Parameters.Add(ClientOrAll(clientId));
        var emails = new Dictionary<Guid, ScheduledEmail>(ids.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var email = StoreJson.Read<ScheduledEmail>(reader, 0);
            emails[email.Id] = email;
        }

        return emails;
    }

    /// <summary>
    /// What a client's config once scheduled, is pending, and is neither an item of the config nor of one of its series any more. A save
    /// leaves no such e-mail behind; an earlier version may have. With <paramref name="lock"/> none of them moves until the transaction
    /// ends.
    /// </summary>
    public static async Task<List<(Guid Id, string Key)>> LeftByConfigAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<Guid> items, IReadOnlyCollection<string> series, bool @lock,
        CancellationToken cancellationToken)
    {
        // Compared here: PostgreSQL expects few rows where its statistics are old, and compares each with every item of ten thousand.
        var (known, goOn) = (items.ToHashSet(), series.ToHashSet(StringComparer.Ordinal));
        var left = new List<(Guid Id, string Key)>();
        await using (var command = new NpgsqlCommand(PendingOfConfig, connection)
        {
            Parameters = { Value("client", clientId) },
        })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (id, key, isOccurrence) = (reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2));
                if (!known.Contains(id) && !(isOccurrence && goOn.Contains(key)))
                    left.Add((id, key));
            }
        }

        if (!@lock || left.Count == 0)
            return left;
        var locked = await StatusesAsync(connection, [.. left.Select(email => email.Id)], @lock: true, cancellationToken);
        return left.FindAll(email => locked.GetValueOrDefault(email.Id) == EmailStatus.Pending);
    }

    /// <summary>Whether any e-mail, or any of one client, is being handed over.</summary>
    public static async Task<bool> AnySendingAsync(NpgsqlConnection connection, string? clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select exists (select from {Emails} where status = 'sending' and client_id = coalesce(@client, client_id))", connection);
        command.Parameters.Add(ClientOrAll(clientId));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>What a release would let go, a line a client, the most first.</summary>
    public static async Task<List<PendingEmails>> PendingAsync(
        NpgsqlConnection connection, string? clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Pending(clientId is null ? "" : "and client_id = @client"), connection);
        if (clientId is not null)
            command.Parameters.Add(Value("client", clientId));
        var pending = new List<PendingEmails>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            pending.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        return pending;
    }

    /// <summary>How many e-mails are due, pending and not held, and for how many of them a wake-up waits for a sender already.</summary>
    public static async Task<(long Due, long Waiting)> DueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_due, connection) { Parameters = { Value("woken", StaysWoken) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}

/// <summary>A client's pending e-mails.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="DueNow">Would go out at once.</param>
/// <param name="DueLater">Would go out at their times.</param>
/// <param name="Expiring">No longer worth sending: would not go out.</param>
public sealed record PendingEmails(string ClientId, long DueNow, long DueLater, long Expiring);
