using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>The statements of <see cref="ClientErasure"/>.</summary>
internal static class ErasureSql
{
    private const string Schema = MailRegistry.Schema;
    private const string Requests = $"{Schema}.mt_doc_idempotent_request";

    // Requests are remembered under client/key, and no client's id has a slash.
    internal const string IsKnown = $"""
        select exists (select from {Emails} where client_id = @client)
            or exists (select from {Schema}.mt_doc_email_config where id = @client)
            or exists (select from {Schema}.mt_doc_config_revision where data->>'client_id' = @client)
            or exists (select from {Schema}.mt_doc_api_key where data->>'client_id' = @client)
            or exists (select from {Holds} where id = @client)
            or exists (select from {Requests} where split_part(id, '/', 1) = @client)
            or exists (select from {Schema}.mt_doc_email_template where data->>'client_id' = @client)
            or exists (select from {Schema}.mt_doc_erasure where data->>'client_id' = @client)
            or exists (select from {Schema}.attachment where client_id = @client)
            or exists (select from {EventSql.Table} where client_id = @client)
            or exists (select from {WebhookRow.Table} where client_id = @client)
        """;

    internal const string PlaceHold = $"""
        insert into {Holds} (id, data)
        values (@client, jsonb_build_object(
            'id', @client, 'reason', 'the client is being erased', 'since', statement_timestamp(), 'by', '{ClientErasure.Holder}'))
        on conflict (id) do nothing
        """;

    internal const string LiftHold = $"delete from {Holds} where id = @client and data->>'by' = '{ClientErasure.Holder}'";
    internal const string Sending = $"select id from {Emails} where client_id = @client and status = 'sending' order by id";

    // With each batch: a config that is saved meanwhile goes with its e-mails, and names none that is not there any more.
    internal const string EraseConfig = $"""
        delete from {Schema}.mt_doc_email_config where id = @client;
        delete from {Schema}.series where client_id = @client;
        delete from {Schema}.mt_doc_config_revision where data->>'client_id' = @client
        """;

    // An e-mail that is being sent after all (someone has released the client) is left: its outcome would be lost.
    internal const string EraseEmails = $"""
        with going as materialized (
            select id from {Emails} where client_id = @client and status <> 'sending' order by scheduled_datetime, id limit @limit
                for update),
        gone as (
            delete from {Emails} e using going where e.id = going.id
            returning e.status, e.data->>'body_id' as body_id),
        bodies as (
            insert into {Schema}.erasing_body (erasure, body_id) select distinct @erasure, body_id from gone order by 2
                on conflict do nothing)
        select status, count(*) from gone group by status
        """;

    // A body that an e-mail of the client has, which was inserted meanwhile, stays as long as that one.
    internal const string EraseBodies = $"""
        with going as (
            delete from {Schema}.erasing_body where erasure = @erasure and body_id in (
                select body_id from {Schema}.erasing_body where erasure = @erasure order by body_id limit @limit)
            returning body_id),
        gone as (
            delete from {Bodies} b using going where b.id = going.body_id
                and b.id not in (select data->>'body_id' from {Emails} where client_id = @client))
        select count(*) from going
        """;

    internal const string EraseRequests = $"""
        with gone as (
            delete from {Requests} where id in (select id from {Requests} where split_part(id, '/', 1) = @client limit @limit) returning 1)
        select count(*) from gone
        """;

    internal const string EraseEvents = $"""
        with gone as (
            delete from {EventSql.Table} e using (
                select xid, id from {EventSql.Table} where client_id = @client order by xid, id limit @limit) old
            where e.client_id = @client and e.xid = old.xid and e.id = old.id returning 1)
        select count(*) from gone
        """;

    internal const string EraseTheRest = $"""
        delete from {Schema}.mt_doc_email_template where data->>'client_id' = @client;
        delete from {Schema}.mt_doc_template_version where data->>'client_id' = @client;
        delete from {WebhookRow.Table} where client_id = @client;
        delete from {Schema}.mt_doc_api_key where data->>'client_id' = @client;
        delete from {Holds} where id = @client
        """;

    internal const string Totals = $"""
        select null, count(*) from {Schema}.mt_doc_erasure where data->>'client_id' is null
        union all
        select c.key, sum(c.value::bigint)::bigint from {Schema}.mt_doc_erasure e, jsonb_each_text(e.data->'emails') c group by c.key
        """;
}
