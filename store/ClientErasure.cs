using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Erases a client: e-mails, what they say, configs, keys, holds, remembered requests. What is kept is how many e-mails there were.</summary>
public static class ClientErasure
{
    private const string Schema = MailRegistry.Schema;

    // Locked in the order of their ids, as by every move.
    private const string EraseEmails = $"""
        with gone as materialized (select id from {Emails} where client_id = @client order by id for update)
        delete from {Emails} e using gone where e.id = gone.id
        returning e.id, e.status, e.data->>'body_id'
        """;

    private const string EraseBodies = $"delete from {Bodies} where id = any(@bodies)";

    // Requests are remembered under client/key, and no client's id has a slash.
    private const string EraseTheRest = $"""
        with configs as (delete from {Schema}.mt_doc_email_config where id = @client returning 1),
            revisions as (delete from {Schema}.mt_doc_config_revision where data->>'client_id' = @client returning 1),
            keys as (delete from {Schema}.mt_doc_api_key where data->>'client_id' = @client returning 1),
            holds as (delete from {Holds} where id = @client returning 1),
            requests as (delete from {Schema}.mt_doc_idempotent_request where starts_with(id, @client || '/') returning 1)
        select (select count(*) from configs) + (select count(*) from revisions) + (select count(*) from keys)
            + (select count(*) from holds) + (select count(*) from requests)
        """;

    private const string Totals = $"""
        select null, count(*) from {Schema}.mt_doc_erasure
        union all
        select c.key, sum(c.value::bigint)::bigint from {Schema}.mt_doc_erasure e, jsonb_each_text(e.data->'emails') c group by c.key
        """;

    /// <summary>What was erased.</summary>
    /// <param name="Statuses">Where each e-mail stood; none of it is final unless the transaction commits.</param>
    /// <param name="Else">How many other documents the client had.</param>
    public sealed record Erased(IReadOnlyDictionary<Guid, string> Statuses, long Else);

    /// <summary>
    /// Erases all of it, in the caller's transaction. Where an e-mail is <c>sending</c> the caller rolls back: its outcome would
    /// be lost.
    /// </summary>
    public static async Task<Erased> RunAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        var statuses = new Dictionary<Guid, string>();
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        await EraseEmailsAsync(connection, clientId, statuses, bodies, cancellationToken);
        await BodyLock.TakeAsync(connection, [clientId], cancellationToken);
        // Those that were being inserted meanwhile.
        await EraseEmailsAsync(connection, clientId, statuses, bodies, cancellationToken);
        await using var eraseBodies = new NpgsqlCommand(EraseBodies, connection) { CommandTimeout = 0 };
        eraseBodies.Parameters.AddWithValue("bodies", bodies.ToArray());
        await eraseBodies.ExecuteNonQueryAsync(cancellationToken);
        await using var eraseTheRest = new NpgsqlCommand(EraseTheRest, connection) { CommandTimeout = 0 };
        eraseTheRest.Parameters.AddWithValue("client", clientId);
        return new(statuses, (long)(await eraseTheRest.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>How many clients were erased so far, and how many e-mails stood at each status.</summary>
    public static async Task<(long Clients, Dictionary<string, long> Emails)> TotalsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (clients, emails) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        await using var command = new NpgsqlCommand(Totals, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
                clients = reader.GetInt64(1);
            else
                emails[reader.GetString(0)] = reader.GetInt64(1);
        }

        return (clients, emails);
    }

    private static async Task EraseEmailsAsync(
        NpgsqlConnection connection, string clientId, Dictionary<Guid, string> statuses, HashSet<string> bodies, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EraseEmails, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("client", clientId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            statuses[reader.GetGuid(0)] = reader.GetString(1);
            bodies.Add(reader.GetString(2));
        }
    }
}
