using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>A webhook that a sender works on, and the feed's epoch, which a restore makes another one.</summary>
public sealed record LeasedWebhook(Webhook Webhook, long Epoch);

/// <summary>
/// How senders share webhooks: one at a time walks the feed for each, under a lease that it renews with each step. What is delivered at the
/// first try is known by the webhook's place in the feed alone.
/// </summary>
public static class WebhookWork
{
    /// <summary>
    /// How long a lease lasts. A step takes less: nothing is begun after half of it, and a try ends within another quarter.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    // Nothing leaves a database that nobody has vouched for, or that the restore fence holds: a copy of production tells nobody.
    internal const string MayDeliver = $"""
        {Installations.Trusted} and not exists (
            select from {Holds} h where h.id = '{Hold.Everything}' and h.data->>'by' = '{Hold.RestoreFence}')
        """;

    private static readonly string _lease = $"""
        with state as materialized ({EventFeed.State}),
        work as materialized (
            select w.id from {WebhookRow.Table} w, state s
            where w.disabled_at is null and (@clients::text[] is null or w.client_id = any(@clients)) and w.id <> all(@busy)
                and (w.leased_until is null or w.leased_until < statement_timestamp())
                and (w.rest_until is null or w.rest_until <= statement_timestamp())
                and (w.epoch <> s.epoch or exists (
                    select from {EventSql.Table} e
                    where e.client_id = w.client_id and (e.xid, e.id) > (w.xid, w.event_id) and e.xid < s.horizon
                        and e.at >= w.at - interval '1 day' and {EventFeed.IsGenuine}))
                and {MayDeliver}
            order by w.id limit @limit
            for update of w skip locked)
        update {WebhookRow.Table} w set leased_by = @sender, leased_until = statement_timestamp() + @lease
        from work, state s where w.id = work.id
        returning {WebhookRow.Columns}, s.epoch
        """;

    // Only under the lease, and only from the place that it was read at: a replay may have set another one meanwhile. Restings begin anew.
    private static readonly string _advance = $"""
        update {WebhookRow.Table} w set epoch = @epoch, xid = @xid, event_id = @event_id, at = @at,
            told_xid = case when @skipped then @xid else w.told_xid end, told_id = case when @skipped then @event_id else w.told_id end,
            leased_until = statement_timestamp() + @lease,
            last_at = coalesce(@last_at, w.last_at), last_status = case when @last_at is null then w.last_status else @last_status end,
            last_error = case when @last_at is null then w.last_error else @last_error end,
            last_answer = case when @last_at is null then w.last_answer else @last_answer end,
            succeeded_at = case when @succeeded then statement_timestamp() else w.succeeded_at end,
            failures = case when @succeeded then @failed else w.failures + @failed end,
            failing_since = case when @failed > 0 and (@succeeded or w.failing_since is null) then statement_timestamp()
                when @succeeded then null else w.failing_since end,
            rest_until = greatest(
                case when @failed > 0 and not @succeeded then statement_timestamp()
                    + least(interval '1 minute', interval '1 second' * power(2, least(w.failures, 6))) end,
                statement_timestamp() + @rest),
            asked_until = statement_timestamp() + @rest
        where w.id = @id and w.leased_by = @sender and w.disabled_at is null and w.xid = @from_xid and w.event_id = @from_id
        returning {WebhookRow.Columns}
        """;

    private const string Release = $"""
        update {WebhookRow.Table} set leased_by = null, leased_until = null where id = @id and leased_by = @sender
        """;

    private static readonly string _disable = $"""
        with disabled as (
            update {WebhookRow.Table}
            set disabled_at = statement_timestamp(), disabled_reason = @reason, leased_by = null, leased_until = null
            where id = @id and disabled_at is null
                and (@reason <> '{WebhookDisabling.Failing}' or failing_since < statement_timestamp() - interval '5 days')
            returning id, client_id)
        insert into {EventSql.Table} (type, client_id, reason, data)
        select {EventSql.Number(EventType.WebhookDisabled)}, client_id, @reason, jsonb_build_object('webhook_id', id) from disabled
        """;

    // One that is about to be tried is judged by what comes of it.
    private static readonly string _disableFailing = $"""
        with failing as materialized (
            select w.id from {WebhookRow.Table} w
            where w.disabled_at is null and w.failing_since < statement_timestamp() - interval '5 days' and {MayDeliver}
                and not exists (
                    select from {WebhookRow.Deliveries} d
                    where d.webhook = w.id and d.state = 0 and d.next_attempt_at < statement_timestamp())
            order by w.id limit 100
            for update of w skip locked),
        disabled as (
            update {WebhookRow.Table} w
            set disabled_at = statement_timestamp(), disabled_reason = '{WebhookDisabling.Failing}', leased_by = null, leased_until = null
            from failing where w.id = failing.id returning w.id, w.client_id),
        told as (
            insert into {EventSql.Table} (type, client_id, reason, data)
            select {EventSql.Number(EventType.WebhookDisabled)}, client_id, '{WebhookDisabling.Failing}',
                jsonb_build_object('webhook_id', id)
            from disabled)
        select client_id, id from disabled
        """;

    private const string Secrets = $"""
        select id, sealed from {WebhookRow.Secrets} where webhook = @id and (until is null or until > statement_timestamp())
        order by until nulls first, id desc
        """;

    /// <summary>Takes webhooks over for which there is something, of those clients or of all, but for those it still works on.</summary>
    public static async Task<List<LeasedWebhook>> LeaseAsync(
        NpgsqlConnection connection, Guid sender, string installation, IReadOnlyCollection<string>? clients,
        IReadOnlyCollection<Guid> busy, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_lease, connection)
        {
            Parameters =
            {
                Value("sender", sender), Value("installation", installation), Value("limit", limit), Value("lease", Lease),
                Value("busy", busy.ToArray()),
                new("clients", NpgsqlDbType.Text | NpgsqlDbType.Array) { Value = (object?)clients?.ToArray() ?? DBNull.Value },
            },
        };
        var leased = new List<LeasedWebhook>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            leased.Add(new(WebhookRow.Read(reader), reader.GetInt64(WebhookRow.Count)));
        return leased;
    }

    /// <summary>
    /// Goes on to the next place. Returns the webhook as it is now, which may have been changed meanwhile; null where the lease is lost,
    /// or a replay has set another place: nothing changed.
    /// </summary>
    /// <param name="connection">The caller's, in the transaction that stores the failed deliveries.</param>
    /// <param name="sender">Who holds the lease.</param>
    /// <param name="webhook">As it was read.</param>
    /// <param name="step">What has come of it.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<Webhook?> AdvanceAsync(
        NpgsqlConnection connection, Guid sender, Webhook webhook, WebhookStep step, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_advance, connection)
        {
            Parameters =
            {
                Value("id", webhook.Id), Value("sender", sender), Value("lease", Lease), Value("succeeded", step.Succeeded),
                Value("failed", step.Failed.Count), Value("from_id", webhook.Cursor.Position.Id), Value("skipped", step.IsSkip),
                new("from_xid", NpgsqlDbType.Xid8) { Value = webhook.Cursor.Position.Xid },
            },
        };
        WebhookTable.Place(command, step.Next);
        WebhookDeliveries.AddAnswer(command, step.Last is null ? null : step.Last with { RetryAfter = step.RetryAfter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? WebhookRow.Read(reader) : null;
    }

    /// <summary>Gives the lease back.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, Guid sender, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Release, connection) { Parameters = { Value("id", id), Value("sender", sender) } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Disables a webhook, where it is enabled and, for want of a success, has failed for five days; and tells of it.
    /// </summary>
    public static async Task<bool> DisableAsync(
        NpgsqlConnection connection, Guid id, string reason, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_disable, connection) { Parameters = { Value("id", id), Value("reason", reason) } };
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Disables those that have failed for five days and have no try before them that is due, and tells of it.</summary>
    public static async Task<List<(string ClientId, Guid Id)>> DisableFailingAsync(
        NpgsqlConnection connection, string installation, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_disableFailing, connection) { Parameters = { Value("installation", installation) } };
        var disabled = new List<(string, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            disabled.Add((reader.GetString(0), reader.GetGuid(1)));
        return disabled;
    }

    /// <summary>What it is signed with, sealed, the newest first; each with the row that it was sealed for.</summary>
    public static async Task<List<(Guid Id, byte[] Sealed)>> SecretsAsync(
        NpgsqlConnection connection, Guid webhook, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Secrets, connection) { Parameters = { Value("id", webhook) } };
        var secrets = new List<(Guid Id, byte[] Sealed)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            secrets.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
        return secrets;
    }
}
