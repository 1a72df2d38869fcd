namespace Mail.Store;

/// <summary>
/// The statements of <see cref="WebhookDeliveries"/>. Whoever locks a webhook and deliveries of it locks the webhook first, as its deletion
/// does: otherwise two of them could wait for each other.
/// </summary>
internal static class WebhookDeliverySql
{
    private const string Locked = $"""
        locked as materialized (select id from {WebhookRow.Table} where id = @webhook for no key update)
        """;

    // A replay may fail again for an event that failed before.
    internal const string InsertMany = $"""
        with {Locked}
        insert into {WebhookRow.Deliveries} as d
            (webhook, event, xid, event_id, at, state, attempts, next_attempt_at, last_status, last_error, body)
        select l.id, n.event, n.xid, n.event_id, n.at, case when n.next is null then 2 else 0 end, @attempts,
            statement_timestamp() + n.next, n.status, n.error, n.body
        from locked l, unnest(@events, @xids, @ids, @ats, @nexts, @statuses, @errors, @bodies)
            as n (event, xid, event_id, at, next, status, error, body)
        on conflict (webhook, event) do update set state = excluded.state, attempts = excluded.attempts,
            next_attempt_at = excluded.next_attempt_at, last_status = excluded.last_status, last_error = excluded.last_error,
            claimed_until = null
        returning d.event, d.next_attempt_at
        """;

    internal static readonly string ClaimDue = $"""
        with claimed as (
            update {WebhookRow.Deliveries} d set claimed_until = statement_timestamp() + @claim
            where d.webhook = @webhook and d.event = @event and d.state = 0
                and d.next_attempt_at <= statement_timestamp() + interval '1 second'
                and (d.claimed_until is null or d.claimed_until < statement_timestamp()) and {WebhookWork.MayDeliver}
            returning d.*)
        select {WebhookRow.Columns}, d.attempts, d.body, d.claimed_until, {EventRow.Columns}
        from claimed d join {WebhookRow.Table} w on w.id = d.webhook and (w.disabled_at is null or d.body is not null)
            left join {EventSql.Table} e
                on e.client_id = w.client_id and e.xid = d.xid and e.id = d.event_id and e.at = d.at and d.body is null
        """;

    internal static readonly string RecordTry = $"""
        with {Locked},
        recorded as (
            update {WebhookRow.Deliveries} d set attempts = d.attempts + 1, claimed_until = null,
                state = case when @succeeded then 1 when @next is null then 2 else 0 end,
                next_attempt_at = statement_timestamp() + @next, last_status = @last_status, last_error = @last_error
            from locked
            where d.webhook = @webhook and d.event = @event and d.state = 0 and d.claimed_until = @until
            returning d.body is not null as is_test, d.next_attempt_at)
        update {WebhookRow.Table} w
        set last_at = @last_at, last_status = @last_status, last_error = @last_error, last_answer = @last_answer,
            succeeded_at = case when @succeeded then statement_timestamp() else w.succeeded_at end,
            failures = case when @succeeded then 0 else w.failures end,
            failing_since = case when @succeeded then null when is_test then w.failing_since
                else coalesce(w.failing_since, statement_timestamp()) end,
            rest_until = case when @succeeded then null when is_test then w.rest_until
                else greatest(w.rest_until, statement_timestamp() + @rest) end,
            asked_until = case when @succeeded then null when is_test then w.asked_until
                else greatest(w.asked_until, statement_timestamp() + @rest) end
        from recorded r where w.id = @webhook
        returning r.next_attempt_at
        """;

    internal const string PutOff = $"""
        update {WebhookRow.Deliveries} set claimed_until = null, next_attempt_at = statement_timestamp() + @next
        where webhook = @webhook and event = @event and state = 0 and claimed_until = @until
        returning next_attempt_at
        """;

    // A timer may have been lost, or have come while nothing could be delivered.
    internal static readonly string FindOverdue = $"""
        select d.webhook, d.event from {WebhookRow.Deliveries} d join {WebhookRow.Table} w on w.id = d.webhook and w.disabled_at is null
        where d.state = 0 and d.next_attempt_at < statement_timestamp() - interval '1 minute'
            and (d.claimed_until is null or d.claimed_until < statement_timestamp())
        order by d.next_attempt_at limit @limit
        """;
}
