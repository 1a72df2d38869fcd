using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Erases a client: e-mails, what they say, templates, configs, keys, holds, remembered requests. What is kept is how many e-mails there were.
/// It goes batch by batch, each in a transaction of its own, so that no row is locked for long however much there is; what was begun
/// and not ended is gone on with. The client is held meanwhile, so that nothing of it is sent.
/// </summary>
public static class ClientErasure
{
    /// <summary>The most that one batch erases.</summary>
    public const int BatchSize = 1000;

    /// <summary>The name under which a client is held while it is being erased.</summary>
    public const string Holder = "erasure";

    private const string Schema = MailRegistry.Schema;
    private const string Requests = $"{Schema}.mt_doc_idempotent_request";

    // Requests are remembered under client/key, and no client's id has a slash.
    private const string IsKnown = $"""
        select exists (select from {Emails} where client_id = @client)
            or exists (select from {Schema}.mt_doc_email_config where id = @client)
            or exists (select from {Schema}.mt_doc_config_revision where data->>'client_id' = @client)
            or exists (select from {Schema}.mt_doc_api_key where data->>'client_id' = @client)
            or exists (select from {Holds} where id = @client)
            or exists (select from {Requests} where split_part(id, '/', 1) = @client)
            or exists (select from {Schema}.mt_doc_email_template where data->>'client_id' = @client)
            or exists (select from {Schema}.mt_doc_erasure where data->>'client_id' = @client)
        """;

    private const string PlaceHold = $"""
        insert into {Holds} (id, data)
        values (@client, jsonb_build_object('id', @client, 'reason', 'the client is being erased', 'since', statement_timestamp(), 'by', '{Holder}'))
        on conflict (id) do nothing
        """;

    private const string LiftHold = $"delete from {Holds} where id = @client and data->>'by' = '{Holder}'";

    private const string Sending = $"select id from {Emails} where client_id = @client and status = 'sending' order by id";

    // With each batch: a config that is saved meanwhile goes with its e-mails, and names none that is not there any more.
    private const string EraseConfig = $"""
        delete from {Schema}.mt_doc_email_config where id = @client;
        delete from {Schema}.mt_doc_config_revision where data->>'client_id' = @client
        """;

    // An e-mail that is being sent after all (someone has released the client) is left: its outcome would be lost.
    private const string EraseEmails = $"""
        with going as materialized (
            select id from {Emails} where client_id = @client and status <> 'sending' order by scheduled_datetime, id limit @limit for update),
        gone as (
            delete from {Emails} e using going where e.id = going.id
            returning e.status, e.data->>'body_id' as body_id),
        bodies as (
            insert into {Schema}.erasing_body (erasure, body_id) select distinct @erasure, body_id from gone order by 2 on conflict do nothing)
        select status, count(*) from gone group by status
        """;

    // A body that an e-mail of the client has, which was inserted meanwhile, stays as long as that one.
    private const string EraseBodies = $"""
        with going as (
            delete from {Schema}.erasing_body where erasure = @erasure and body_id in (
                select body_id from {Schema}.erasing_body where erasure = @erasure order by body_id limit @limit)
            returning body_id),
        gone as (
            delete from {Bodies} b using going where b.id = going.body_id
                and b.id not in (select data->>'body_id' from {Emails} where client_id = @client))
        select count(*) from going
        """;

    private const string EraseRequests = $"""
        with gone as (
            delete from {Requests} where id in (select id from {Requests} where split_part(id, '/', 1) = @client limit @limit) returning 1)
        select count(*) from gone
        """;

    private const string EraseTheRest = $"""
        delete from {Schema}.mt_doc_email_template where data->>'client_id' = @client;
        delete from {Schema}.mt_doc_template_version where data->>'client_id' = @client;
        delete from {Schema}.mt_doc_api_key where data->>'client_id' = @client;
        delete from {Holds} where id = @client
        """;

    private const string Totals = $"""
        select null, count(*) from {Schema}.mt_doc_erasure where data->>'client_id' is null
        union all
        select c.key, sum(c.value::bigint)::bigint from {Schema}.mt_doc_erasure e, jsonb_each_text(e.data->'emails') c group by c.key
        """;

    /// <summary>Whether anything is kept of a client.</summary>
    public static async Task<bool> IsKnownAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, IsKnown, clientId);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Holds the client, unless someone does. Returns whether it was not held.</summary>
    public static async Task<bool> HoldAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, PlaceHold, clientId);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Takes back the hold of <see cref="HoldAsync"/>.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, LiftHold, clientId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The e-mails of the client that are being sent.</summary>
    public static async Task<List<Guid>> SendingAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, Sending, clientId);
        var sending = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sending.Add(reader.GetGuid(0));
        return sending;
    }

    /// <summary>
    /// One batch of e-mails, and the config, in the caller's transaction, which has the client's config locked. What they say is erased
    /// later. Returns where each of them stood; fewer than <see cref="BatchSize"/> are all.
    /// </summary>
    public static async Task<Dictionary<string, long>> EraseEmailsAsync(NpgsqlConnection connection, string clientId, Guid erasure, CancellationToken cancellationToken)
    {
        await using (var config = Command(connection, EraseConfig, clientId))
            await config.ExecuteNonQueryAsync(cancellationToken);
        await using var command = Command(connection, EraseEmails, clientId, erasure);
        var statuses = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            statuses[reader.GetString(0)] = reader.GetInt64(1);
        return statuses;
    }

    /// <summary>One batch of bodies, in the caller's transaction: e-mails of the client can't be inserted until it ends. Returns whether there may be more.</summary>
    public static async Task<bool> EraseBodiesAsync(NpgsqlConnection connection, string clientId, Guid erasure, CancellationToken cancellationToken)
    {
        await BlockInsertsAsync(connection, clientId, cancellationToken);
        await using var command = Command(connection, EraseBodies, clientId, erasure);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == BatchSize;
    }

    /// <summary>One batch of remembered requests, in the caller's transaction. Returns whether there may be more.</summary>
    public static async Task<bool> EraseRequestsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, EraseRequests, clientId);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == BatchSize;
    }

    /// <summary>From now on no e-mail of the client is inserted until the transaction ends: the last batches then leave nothing behind.</summary>
    public static Task BlockInsertsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken) =>
        BodyLock.TakeAsync(connection, [clientId], cancellationToken);

    /// <summary>Keys and the hold, in the caller's last transaction.</summary>
    public static async Task EraseTheRestAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, EraseTheRest, clientId);
        await command.ExecuteNonQueryAsync(cancellationToken);
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

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string clientId, Guid? erasure = null)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { Value("client", clientId) } };
        if (sql.Contains("@limit", StringComparison.Ordinal))
            command.Parameters.Add(Value("limit", BatchSize));
        if (erasure is { } id)
            command.Parameters.Add(Value("erasure", id));
        return command;
    }
}
