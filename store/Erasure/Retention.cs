using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Erases what e-mails say some time after they became final; that they were, to whom, and what became of them stays. A body
/// goes with the last e-mail that shares it.
/// </summary>
public static class Retention
{
    /// <summary>The most that one pass erases.</summary>
    public const int BatchSize = 1000;

    private static readonly string _isFinal = IsAnyOf("status", EmailStatus.Final);
    private const string IsKept = $"data->>'body_id' <> '{EmailBody.Erased}'";

    // The last line of the timeline. As text, which an index can hold; every time there is written in UTC.
    private const string FinalSince = "(data->'timeline'->-1->>'at')";

    // The hash alone, since an id of a body has 64 characters.
    private const string BodyHash = "hashtextextended(data->>'body_id', 0)";

    // Built by the first start that is told to erase: each costs a write with every move of an e-mail, which those who keep
    // everything need not pay.
    // Looked for first: who may not build them may not ask for "if not exists" either.
    // By body it was a hash index over all e-mails once. Such an index keeps equal values in one chain of pages, and walks it with
    // each insert: a million e-mails that share a body, or whose content is erased, made each further one cost milliseconds.
    private static readonly string _indexes = $"""
        do $$ begin
            if to_regclass('{MailRegistry.Schema}.scheduled_email_retention') is null then
                create index scheduled_email_retention on {Emails} ({FinalSince}) where {_isFinal} and {IsKept};
            end if;
            if to_regclass('{MailRegistry.Schema}.scheduled_email_of_body') is null then
                create index scheduled_email_of_body on {Emails} (({BodyHash})) where {IsKept};
            end if;
            if to_regclass('{MailRegistry.Schema}.scheduled_email_by_body') is not null then
                drop index {MailRegistry.Schema}.scheduled_email_by_body;
            end if;
        end $$
        """;

    // What someone else holds comes with the next pass.
    private static readonly string _erase = $"""
        with old as materialized (
            select id, client_id, data->>'body_id' as body_id from {Emails}
            where {_isFinal} and {IsKept}
                and {FinalSince} < to_char((coalesce(@now, statement_timestamp()) - @keep) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
            order by {FinalSince} limit @limit
            for update skip locked)
        update {Emails} e set data = e.data || jsonb_build_object('body_id', '{EmailBody.Erased}', 'attachments', '[]'::jsonb, 'timeline',
            (e.data->'timeline')
            || jsonb_build_object('event', 'content_erased', 'detail', @detail::text, 'by', @by::text, 'at', statement_timestamp()))
        from old where e.id = old.id
        returning old.client_id, old.body_id
        """;

    private const string EraseBodies = $"""
        delete from {Bodies} b where b.id = any(@bodies)
            and not exists (select from {Emails} where {BodyHash} = hashtextextended(b.id, 0) and {IsKept} and data->>'body_id' = b.id)
            and not exists (select from {MailRegistry.Schema}.series s where s.body_id = b.id)
        """;

    /// <summary>Makes ready, once for a database, in a transaction of its own; writes wait while the indexes are built.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var turn = new NpgsqlCommand($"select pg_advisory_xact_lock(hashtext('{StoreSchema.Turn}'))", connection);
        await turn.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(_indexes, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>One batch, the oldest first. Returns how many e-mails; fewer than <see cref="BatchSize"/> are all.</summary>
    /// <param name="connection">The caller's, in a transaction that has locked nothing yet: it waits for whoever inserts e-mails.</param>
    /// <param name="keep">For how long what is final is kept.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="by">The name of the instance, for the timeline.</param>
    /// <param name="cancellationToken">Abandons the batch.</param>
    public static async Task<int> RunOnceAsync(
        NpgsqlConnection connection, TimeSpan keep, DateTimeOffset? now, string by, CancellationToken cancellationToken)
    {
        var erased = new List<(string Client, string Body)>();
        await using (var command = new NpgsqlCommand(_erase, connection))
        {
            command.Parameters.AddWithValue("keep", keep);
            command.Parameters.AddWithValue("limit", BatchSize);
            command.Parameters.AddWithValue("detail", $"{keep.TotalDays:0} days after it became final");
            command.Parameters.AddWithValue("by", by);
            command.Parameters.Add(Now(now));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                erased.Add((reader.GetString(0), reader.GetString(1)));
        }

        await EraseBodiesAsync(connection, erased, cancellationToken);
        return erased.Count;
    }

    private static async Task EraseBodiesAsync(
        NpgsqlConnection connection, List<(string Client, string Body)> erased, CancellationToken cancellationToken)
    {
        if (erased.Count == 0)
            return;
        await BodyLock.TakeAsync(connection, erased.Select(each => each.Client), cancellationToken);
        await using var command = new NpgsqlCommand(EraseBodies, connection);
        command.Parameters.AddWithValue("bodies", erased.Select(each => each.Body).Distinct(StringComparer.Ordinal).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
