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

    // A healthy system hands over within milliseconds.
    private const string IsLate = "(due_at < statement_timestamp() - interval '2 seconds' or (data->>'attempts')::int > 0)";

    private const string Soon = $"""
        with soon as materialized (
            select due_at, data, client_id from {Sql.Emails}
            where status = 'pending' and due_at < statement_timestamp() + interval '1 hour' and (@client is null or client_id = @client)
            order by due_at limit @many)
        select (select count(*) from soon where due_at > statement_timestamp()), (select count(*) from soon where {IsLate}), null::jsonb
        union all
        (select null, null, e.data from soon e where {IsLate} and {IsNotHeldAmongMany} order by e.due_at limit @limit)
        """;

    private static readonly string _decisions = $"""
        with open as materialized (
            select id, data from {Sql.Emails}
            where {AsksForDecision()} and (@client is null or client_id = @client)
            order by id desc limit @many)
        select (select count(*) from open), null::jsonb
        union all
        (select null, data from open order by id desc limit @limit)
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

    /// <summary>What is pending and due within the hour.</summary>
    /// <param name="Upcoming">How many are due yet; <see cref="Many"/> with <paramref name="Late"/> together at the most.</param>
    /// <param name="Late">How many are due, or were tried and are tried again.</param>
    /// <param name="Latest">The latest of them that are not held back, the latest first.</param>
    public sealed record DueSoon(long Upcoming, long Late, IReadOnlyList<ScheduledEmail> Latest);

    /// <summary>Failed, unknown and expired e-mails that nobody has resent or dismissed.</summary>
    /// <param name="Count"><see cref="Many"/> at the most.</param>
    /// <param name="Newest">The newest first.</param>
    public sealed record Undecided(long Count, IReadOnlyList<ScheduledEmail> Newest);

    /// <summary>A client of which anything is known: e-mails, a config or a key.</summary>
    /// <param name="ClientId">The client.</param>
    /// <param name="Revision">Its config's; null where it has none.</param>
    /// <param name="SavedAt">When that was saved.</param>
    /// <param name="Items">How many e-mails it holds.</param>
    /// <param name="Held">Whether this client, and not everything, is held back.</param>
    public sealed record Client(string ClientId, long? Revision, DateTimeOffset? SavedAt, int Items, bool Held);

    /// <summary>What is due within the hour, of one client or of all.</summary>
    public static async Task<DueSoon> DueSoonAsync(
        NpgsqlConnection connection, string? clientId, int limit, CancellationToken cancellationToken)
    {
        var (upcoming, late, latest) = (0L, 0L, new List<ScheduledEmail>());
        await using var command = Command(connection, Soon, clientId, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(2))
                (upcoming, late) = (reader.GetInt64(0), reader.GetInt64(1));
            else
                latest.Add(StoreJson.Read<ScheduledEmail>(reader, 2));
        }

        return new(upcoming, late, latest);
    }

    /// <summary>What wants a decision, of one client or of all.</summary>
    public static async Task<Undecided> UndecidedAsync(
        NpgsqlConnection connection, string? clientId, int limit, CancellationToken cancellationToken)
    {
        var (count, newest) = (0L, new List<ScheduledEmail>());
        await using var command = Command(connection, _decisions, clientId, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(1))
                count = reader.GetInt64(0);
            else
                newest.Add(StoreJson.Read<ScheduledEmail>(reader, 1));
        }

        return new(count, newest);
    }

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

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string? clientId, int limit)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(ClientOrAll(clientId));
        command.Parameters.AddWithValue("limit", limit);
        command.Parameters.AddWithValue("many", Many);
        return command;
    }
}
