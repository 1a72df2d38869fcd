using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>What a client does with its webhooks.</summary>
public static class WebhookTable
{
    /// <summary>The most that a client may have.</summary>
    public const int MaxOfClient = 10;

    private const string Select = $"select {WebhookRow.Columns} from {WebhookRow.Table} w where w.client_id = @client";

    private const string Insert = $"""
        insert into {WebhookRow.Table} as w (id, client_id, url, types, description, epoch, xid, event_id, at, told_xid, told_id)
        values (@id, @client, @url, @types, @description, @epoch, @xid, @event_id, @at, @xid, @event_id)
        returning {WebhookRow.Columns}
        """;

    // Another endpoint has neither failed nor asked for a rest.
    private const string Update = $"""
        update {WebhookRow.Table} w set url = @url, types = @types, description = @description,
            told_xid = case when w.types = @types then w.told_xid else w.xid end,
            told_id = case when w.types = @types then w.told_id else w.event_id end,
            failures = case when w.url = @url then w.failures else 0 end,
            failing_since = case when w.url = @url then w.failing_since end,
            rest_until = case when w.url = @url then w.rest_until end, asked_until = case when w.url = @url then w.asked_until end
        where w.id = @id and w.client_id = @client returning {WebhookRow.Columns}
        """;

    private const string Delete = $"delete from {WebhookRow.Table} where id = @id and client_id = @client";

    private const string InsertSecret = $"insert into {WebhookRow.Secrets} (id, webhook, sealed) values (@secret, @id, @sealed)";

    // Two are signed with at the most: the one that goes, and the new one. The webhook is locked before its secrets, as its deletion does.
    private const string RetireSecrets = $"""
        select from {WebhookRow.Table} where id = @id for no key update;
        delete from {WebhookRow.Secrets} where webhook = @id and until is not null;
        update {WebhookRow.Secrets} set until = statement_timestamp() + @overlap where webhook = @id
        """;

    // What waits is due at once, and so is what was answered 410, as if it had not been tried: the place in the feed is behind it. The
    // senders' sweep finds both. The webhook is locked before its deliveries, as in WebhookDeliverySql.
    private const string Enable = $"""
        with locked as materialized (
            select id from {WebhookRow.Table} where id = @id and client_id = @client for no key update),
        due as (
            update {WebhookRow.Deliveries} d set state = 0, attempts = case when d.state = 0 then d.attempts else 0 end,
                next_attempt_at = statement_timestamp() - interval '1 hour', claimed_until = null
            from locked l
            where d.webhook = l.id and (d.state = 0 or (d.state = 2 and d.last_status = 410 and d.body is null)))
        update {WebhookRow.Table} w set disabled_at = null, disabled_reason = null, failures = 0, failing_since = null, rest_until = null,
            asked_until = null
        from locked l where w.id = l.id returning {WebhookRow.Columns}
        """;

    // What came of the events behind the new place is forgotten, since they are delivered anew. A sender that walks meanwhile has lost
    // its lease, and the next one need not wait for its end.
    private const string Move = $"""
        with moved as (
            update {WebhookRow.Table} w set epoch = @epoch, xid = @xid, event_id = @event_id, at = @at, rest_until = null,
                asked_until = null, leased_by = null, leased_until = null,
                told_xid = case when (@xid, @event_id) < (w.told_xid, w.told_id) then @xid else w.told_xid end,
                told_id = case when (@xid, @event_id) < (w.told_xid, w.told_id) then @event_id else w.told_id end
            where w.id = @id and w.client_id = @client returning w.id)
        delete from {WebhookRow.Deliveries} d using moved m
        where d.webhook = m.id and d.body is null and (d.xid, d.event_id) > (@xid, @event_id)
        """;

    /// <summary>The identity of the row of a secret, for which it is sealed.</summary>
    public static string SecretRow(Guid webhook, Guid secret) => $"webhook/{webhook}/{secret}";

    /// <summary>A client's webhooks, the oldest first.</summary>
    public static async Task<List<Webhook>> ListAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{Select} order by w.id", connection) { Parameters = { Value("client", clientId) } };
        var webhooks = new List<Webhook>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            webhooks.Add(WebhookRow.Read(reader));
        return webhooks;
    }

    /// <summary>One of a client's webhooks; null where it has none of this id.</summary>
    public static Task<Webhook?> FindAsync(
        NpgsqlConnection connection, string clientId, Guid id, CancellationToken cancellationToken) =>
        OneAsync(new NpgsqlCommand($"{Select} and w.id = @id", connection), clientId, id, cancellationToken);

    /// <summary>Makes one, which begins with what happens from now on.</summary>
    public static async Task<Webhook> InsertAsync(
        NpgsqlConnection connection, Webhook webhook, (Guid Id, byte[] Sealed) secret, CancellationToken cancellationToken)
    {
        var command = Fields(new(Insert, connection), webhook);
        Place(command, webhook.Cursor);
        var made = (await OneAsync(command, webhook.ClientId, webhook.Id, cancellationToken))!;
        await AddSecretAsync(connection, webhook.Id, secret, cancellationToken);
        return made;
    }

    /// <summary>Changes where it goes to and what is told.</summary>
    public static Task<Webhook?> UpdateAsync(NpgsqlConnection connection, Webhook webhook, CancellationToken cancellationToken) =>
        OneAsync(Fields(new(Update, connection), webhook), webhook.ClientId, webhook.Id, cancellationToken);

    /// <summary>Deletes it with its secrets and deliveries. Returns whether there was one.</summary>
    public static async Task<bool> DeleteAsync(NpgsqlConnection connection, string clientId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Delete, connection) { Parameters = { Value("id", id), Value("client", clientId) } };
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>From now on it signs with another secret, and with the one before for some time.</summary>
    public static async Task RotateAsync(
        NpgsqlConnection connection, Guid id, (Guid Id, byte[] Sealed) secret, TimeSpan overlap, CancellationToken cancellationToken)
    {
        await using (var retire = new NpgsqlCommand(RetireSecrets, connection))
        {
            retire.Parameters.Add(Value("id", id));
            retire.Parameters.Add(Value("overlap", overlap));
            await retire.ExecuteNonQueryAsync(cancellationToken);
        }

        await AddSecretAsync(connection, id, secret, cancellationToken);
    }

    /// <summary>Goes on where it stopped; what waited for another try or was answered 410 is due at once.</summary>
    public static Task<Webhook?> EnableAsync(NpgsqlConnection connection, string clientId, Guid id, CancellationToken cancellationToken) =>
        OneAsync(new NpgsqlCommand(Enable, connection), clientId, id, cancellationToken);

    /// <summary>From now on it goes on at another place of the feed.</summary>
    public static async Task MoveAsync(
        NpgsqlConnection connection, string clientId, Guid id, FeedCursor to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Move, connection) { Parameters = { Value("id", id), Value("client", clientId) } };
        Place(command, to);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task AddSecretAsync(
        NpgsqlConnection connection, Guid id, (Guid Id, byte[] Sealed) secret, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(InsertSecret, connection)
        {
            Parameters = { Value("secret", secret.Id), Value("id", id), Value("sealed", secret.Sealed) },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Fields(NpgsqlCommand command, Webhook webhook)
    {
        command.Parameters.Add(Value("url", webhook.Url));
        command.Parameters.Add(Value("types", webhook.Types.Select(EventType.Number).ToArray()));
        command.Parameters.Add(new("description", NpgsqlDbType.Text) { Value = (object?)webhook.Description ?? DBNull.Value });
        return command;
    }

    internal static void Place(NpgsqlCommand command, FeedCursor cursor)
    {
        command.Parameters.Add(Value("epoch", cursor.Epoch));
        command.Parameters.Add(new("xid", NpgsqlDbType.Xid8) { Value = cursor.Position.Xid });
        command.Parameters.Add(Value("event_id", cursor.Position.Id));
        command.Parameters.Add(Value("at", cursor.Position.At.UtcDateTime));
    }

    private static async Task<Webhook?> OneAsync(NpgsqlCommand command, string clientId, Guid id, CancellationToken cancellationToken)
    {
        await using var own = command;
        command.Parameters.Add(Value("id", id));
        command.Parameters.Add(Value("client", clientId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? WebhookRow.Read(reader) : null;
    }
}
