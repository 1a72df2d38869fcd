using Mail.ConfigService.Emails;
using Mail.Store;
using Npgsql;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Status;

/// <summary>What a person should know of at a glance. Bounded: what is more than that many is "many".</summary>
public static class OverviewQueries
{
    /// <summary>What a count stops at.</summary>
    public const int Many = 10_000;

    private const string Schema = MailRegistry.Schema;

    private const string Upcoming = $"""
        select count(*) from (select from {Sql.Emails} where status = 'pending' and due_at > statement_timestamp()
            and due_at < statement_timestamp() + interval '1 hour' and (@client is null or client_id = @client) limit @many) soon
        """;

    private const string Latest = $"""
        select e.data from (
            select due_at, data, client_id from {Sql.Emails}
            where status = 'pending' and due_at < statement_timestamp() + interval '3 hours' and (@client is null or client_id = @client)
            order by due_at limit @many) e
        where {SearchKinds.IsLate} and {IsNotHeldAmongMany} order by e.due_at limit @limit
        """;

    private static readonly string _newest = $"""
        select data from {Sql.Emails} where {AsksForDecision()} and (@client is null or client_id = @client) order by id desc limit @limit
        """;

    // From one client to the next along the index, however many e-mails each has.
    private const string Clients = $"""
        with recursive of_emails as (
            (select client_id from {Sql.Emails} where client_id > @after order by client_id limit 1)
            union all
            select (select e.client_id from {Sql.Emails} e where e.client_id > o.client_id order by e.client_id limit 1) from of_emails o
                where o.client_id is not null),
        known as (
            (select client_id from of_emails where client_id is not null limit @limit)
            union
            (select id from {Schema}.mt_doc_email_config where id > @after order by id limit @limit)
            union
            select data->>'client_id' from {Schema}.mt_doc_api_key where data->>'client_id' > @after)
        select k.client_id, (c.data->>'revision')::bigint, (c.data->>'saved_at')::timestamptz,
            coalesce((c.data->>'deleted')::boolean, false), jsonb_array_length(c.data->'items'),
            exists (select from {Sql.Holds} h where h.id = k.client_id)
        from known k left join {Schema}.mt_doc_email_config c on c.id = k.client_id
        order by k.client_id limit @limit
        """;

    /// <summary>A client of which anything is known: e-mails, a config or a key.</summary>
    /// <param name="ClientId">The client.</param>
    /// <param name="Revision">Its config's; null where it has none.</param>
    /// <param name="SavedAt">When that was saved.</param>
    /// <param name="Items">How many e-mails it holds.</param>
    /// <param name="Held">Whether this client, and not everything, is held back.</param>
    public sealed record Client(string ClientId, long? Revision, DateTimeOffset? SavedAt, int Items, bool Held);

    /// <summary>How many e-mails are due within the hour, of one client or of all; <see cref="Many"/> at the most.</summary>
    public static async Task<long> UpcomingAsync(NpgsqlConnection connection, string? clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, Upcoming, clientId, limit: 0);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The latest of the e-mails that are late and not held back, the latest first.</summary>
    public static Task<List<ScheduledEmail>> LatestAsync(
        NpgsqlConnection connection, string? clientId, int limit, CancellationToken cancellationToken) =>
        EmailsAsync(connection, Latest, clientId, limit, cancellationToken);

    /// <summary>The newest of the e-mails that ask for a decision.</summary>
    public static Task<List<ScheduledEmail>> NewestUndecidedAsync(
        NpgsqlConnection connection, string? clientId, int limit, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _newest, clientId, limit, cancellationToken);

    /// <summary>The clients behind <paramref name="after"/>, in the order of their ids.</summary>
    public static async Task<List<Client>> ClientsAsync(
        NpgsqlConnection connection, string after, int limit, CancellationToken cancellationToken)
    {
        var clients = new List<Client>();
        await using var command = new NpgsqlCommand(Clients, connection);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            clients.Add(reader.IsDBNull(1) || reader.GetBoolean(3)
                ? new(reader.GetString(0), null, null, 0, reader.GetBoolean(5))
                : new(
                    reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(4),
                    reader.GetBoolean(5)));
        }

        return clients;
    }

    private static async Task<List<ScheduledEmail>> EmailsAsync(
        NpgsqlConnection connection, string sql, string? clientId, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, clientId, limit);
        return await StoreJson.ListAsync<ScheduledEmail>(command, cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string? clientId, int limit)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(ClientOrAll(clientId));
        command.Parameters.AddWithValue("limit", limit);
        command.Parameters.AddWithValue("many", Many);
        return command;
    }
}
