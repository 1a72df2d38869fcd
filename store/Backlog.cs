using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>How things stand, in numbers that alarms are raised by.</summary>
/// <param name="Pending">E-mails that wait, as PostgreSQL's statistics estimate them.</param>
/// <param name="Sending">E-mails that are with a sender.</param>
/// <param name="OldestOverdue">For how long the oldest e-mail has been due that is pending and not held.</param>
/// <param name="Undecided">Unknown e-mails that nobody has resent or dismissed, 10,000 at the most.</param>
/// <param name="Senders">How many senders, heard from lately, are in each <see cref="SenderState"/>.</param>
public sealed record Backlog(long Pending, long Sending, TimeSpan OldestOverdue, long Undecided, IReadOnlyDictionary<string, long> Senders)
{
    private const string Schema = MailRegistry.Schema;

    // The first condition on the status is the index's own, the second what is asked for.
    private static readonly string _numbers = $"""
        select greatest((select reltuples from pg_class where oid = '{Schema}.scheduled_email_overdue'::regclass), 0)::bigint,
            (select count(*) from {Emails} where status = 'sending'),
            coalesce(greatest(statement_timestamp() - (
                select e.due_at from {Emails} e
                where e.status = 'pending' and e.due_at <= statement_timestamp() and {IsNotHeldAmongMany}
                order by e.due_at limit 1), interval '0'), interval '0'),
            (select count(*) from (select from {Emails} where {AsksForDecision()} and status = 'unknown' limit 10000) open)
        """;

    private const string BySenderState = $"""
        select data->>'state', count(*) from {Sql.Senders} where mt_last_modified > statement_timestamp() - interval '15 seconds' group by 1
        """;

    /// <summary>Looks.</summary>
    public static async Task<Backlog> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(_numbers), new(BySenderState) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var numbers = new Backlog(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetTimeSpan(2), reader.GetInt64(3),
            new Dictionary<string, long>(StringComparer.Ordinal));
        var senders = new Dictionary<string, long>(StringComparer.Ordinal);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            senders[reader.GetString(0)] = reader.GetInt64(1);
        return numbers with { Senders = senders };
    }
}
