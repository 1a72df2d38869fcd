using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Keeps small what serves only for a while.</summary>
public static class Forgetting
{
    // An e-mail's last line in the timeline is when it became final.
    private const string Forget = $"""
        delete from {MailRegistry.Schema}.mt_doc_idempotent_request where id in (
            select r.id from {MailRegistry.Schema}.mt_doc_idempotent_request r
            where r.mt_last_modified < statement_timestamp() - interval '1 day' and not exists (
                select from {Emails} e
                where e.id in (select jsonb_array_elements_text(r.data->'email_ids')::uuid)
                    and (e.status in ('pending', 'sending') or (e.data->'timeline'->-1->>'at')::timestamptz > statement_timestamp() - interval '1 day'))
            limit 100);
        delete from {Senders} where mt_last_modified < statement_timestamp() - interval '1 day'
            and not exists (select from {Emails} e where e.status = 'sending' and e.claimed_by = {Senders}.id);
        {OutcomeCounts.Forget}
        """;

    /// <summary>
    /// Forgets idempotency keys a day after their e-mails are final, senders that stopped a day ago, and counts of last month.
    /// Bounded, since it runs with every sweep.
    /// </summary>
    public static async Task RunOnceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Forget, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
