using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Keeps small what serves only for a while.</summary>
public static class Cleanup
{
    /// <summary>How many remembered requests one pass looks at.</summary>
    public const int BatchSize = 1000;

    // A request may have created ten thousand e-mails.
    private const int MaxEmails = 20_000;

    private const string Requests = $"{MailRegistry.Schema}.mt_doc_idempotent_request";

    // An e-mail's last line in the timeline is when it became final. A request that is still needed is dated forward, to when it can
    // be forgotten at the earliest: what stays is then not looked at with every pass. An e-mail that is cancelled may become final
    // before it is due, so no request is dated forward by more than a week.
    // Each e-mail and each request is looked up by its id, in ways that the planner can't turn into a join with the whole table.
    private static readonly string _forgetRequests = $"""
        with old as materialized (
            select id, mt_last_modified, coalesce(data->'email_ids', '[]') as emails from {Requests}
            where mt_last_modified < coalesce(@now, statement_timestamp()) - interval '1 day'
            order by mt_last_modified limit @limit
            for update skip locked),
        counted as (
            select id, emails, sum(jsonb_array_length(emails)) over (order by mt_last_modified, id) - jsonb_array_length(emails) as before
                from old),
        judged as materialized (
            select o.id, max(needed.until) as until
            from (select id, emails from counted where before < @most) o
            left join lateral jsonb_array_elements_text(o.emails) as i (email) on true
            left join lateral (
                select case when {IsAnyOf("e.status", EmailStatus.Open)}
                    then greatest(least(e.due_at, coalesce(@now, statement_timestamp()) + interval '6 days'),
                        coalesce(@now, statement_timestamp()))
                    else (e.data->'timeline'->-1->>'at')::timestamptz end as until
                from {Emails} e where e.id = i.email::uuid offset 0) needed on true
            group by o.id),
        kept as (
            update {Requests} r set mt_last_modified = (select j.until from judged j where j.id = r.id)
            where r.id = any (array(select j.id from judged j where j.until >= coalesce(@now, statement_timestamp()) - interval '1 day'))
            returning 1),
        forgotten as (
            delete from {Requests} r
            where r.id = any (array(select j.id from judged j where j.until is null
                or j.until < coalesce(@now, statement_timestamp()) - interval '1 day'))
            returning 1)
        select (select count(*) from forgotten)::int, (select count(*) from old) = @limit
            or (select count(*) from judged) < (select count(*) from old)
        """;

    private const string ForgetTheRest = $"""
        delete from {Senders} where mt_last_modified < statement_timestamp() - interval '1 day'
            and not exists (select from {Emails} e where e.status = 'sending' and e.claimed_by = {Senders}.id);
        {OutcomeCounts.Forget}
        """;

    /// <summary>
    /// Forgets idempotency keys a day after their e-mails are final, senders that stopped a day ago, and counts of last month.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="now">What counts as now for the keys; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the batch.</param>
    /// <returns>How many keys were forgotten, and whether there may be more that are old.</returns>
    public static async Task<(int Forgotten, bool More)> RunOnceAsync(
        NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using (var rest = new NpgsqlCommand(ForgetTheRest, connection))
            await rest.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(_forgetRequests, connection)
        {
            Parameters = { Value("limit", BatchSize), Value("most", (long)MaxEmails), Now(now) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetBoolean(1));
    }
}
