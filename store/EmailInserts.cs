using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>How scheduled e-mails come to be, with their bodies.</summary>
public static class EmailInserts
{
    /// <summary>How many e-mails go in one round trip.</summary>
    public const int MaxInserted = 1000;

    private const string InsertBodies =
        $"insert into {Bodies} (id, data) select * from unnest(@ids, @data) order by 1 on conflict (id) do nothing";

    /// <summary>Inserts e-mails; goes on with a <c>from</c> that has <c>id</c> and <c>data</c>.</summary>
    internal const string Insert = $"""
        insert into {Emails} (id, data, client_id, status, key, scheduled_datetime, due_at, send_before)
        select id, data, data->>'client_id', data->>'status', data->>'key', (data->>'scheduled_datetime')::timestamptz,
            (data->>'due_at')::timestamptz, (data->>'send_before')::timestamptz
        """;

    private static readonly string _insertEmails =
        $"with made as ({Insert} from unnest(@ids, @data) as n (id, data) returning id, client_id, key) {EventSql.OfMade}";

    private static readonly string _insertOccurrences = $"""
        with made as ({Insert} from unnest(@ids, @data) as n (id, data) order by 1 on conflict do nothing returning id, client_id, key),
        told as ({EventSql.OfMade})
        select id from made
        """;

    /// <summary>Inserts new e-mails and those of their bodies that are not there yet.</summary>
    /// <param name="connection">An open connection, in a transaction.</param>
    /// <param name="emails">The e-mails.</param>
    /// <param name="bodies">Their bodies.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <param name="patience">How long to wait for a lock, from here to the end of the transaction; null for as long as it takes.</param>
    /// <exception cref="PostgresException">
    /// <c>lock_not_available</c>: somebody holds a lock for longer than <paramref name="patience"/>. Of
    /// <see cref="AttachmentUse.Constraint"/>: an attachment of theirs is not there.
    /// </exception>
    public static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ScheduledEmail> emails, IEnumerable<EmailBody> bodies,
        CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var all = bodies as IReadOnlyCollection<EmailBody> ?? [.. bodies];
        if (emails.Count == 0 && all.Count == 0)
            return;
        // Up to a thousand e-mails go in one round trip. Of more, no more than that are there as JSON at the same time.
        foreach (var commands in Inserts(emails, all).Chunk(4))
        {
            await using var batch = new NpgsqlBatch(connection);
            if (patience is { } time)
                batch.BatchCommands.Add(Patience(time));
            foreach (var command in commands)
                batch.BatchCommands.Add(command);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Inserts e-mails that say what others say, and refer to the bodies of those. The caller has locked those, so that nobody erases their
    /// bodies before this one's transaction ends.
    /// </summary>
    /// <param name="connection">An open connection, in a transaction.</param>
    /// <param name="emails">The e-mails.</param>
    /// <param name="patience">
    /// How long to wait for who erases bodies: who erases a client may himself wait for the rows that the caller has locked.
    /// </param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <exception cref="PostgresException"><c>lock_not_available</c>: it lasts longer than that.</exception>
    public static async Task InsertAgainAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ScheduledEmail> emails, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Patience(patience));
        batch.BatchCommands.Add(new(BodyLock.Share)
        {
            Parameters = { Value("clients", emails.Select(email => email.ClientId).Distinct(StringComparer.Ordinal).ToArray()) },
        });
        foreach (var part in emails.Chunk(MaxInserted))
            batch.BatchCommands.Add(Insertion(part));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Insertion(ScheduledEmail[] emails) =>
        new(_insertEmails) { Parameters = { Value("ids", emails.Select(email => email.Id).ToArray()), Json("data", emails) } };

    /// <summary>
    /// Before e-mails of one client are inserted by several calls in one transaction: such transactions take turns. The first lock of
    /// the transaction.
    /// </summary>
    public static Task BeginPartsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken) =>
        BodyLock.TakeOrderAsync(connection, clientId, cancellationToken);

    /// <summary>
    /// Before attachments of a client are stored in the transaction that inserts its e-mails: so they stay until those refer to them, and
    /// no two requests with the same files wait for each other in a circle.
    /// </summary>
    public static async Task BeginFilesAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in (ReadOnlySpan<string>)[BodyLock.ShareOrder, BodyLock.Share])
            batch.BatchCommands.Add(new(statement) { Parameters = { Value("clients", new[] { clientId }) } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Inserts new occurrences of series, whose bodies are there. Returns those that were inserted: another may have made the same ones.
    /// </summary>
    /// <param name="connection">An open connection, in a transaction.</param>
    /// <param name="emails">The occurrences.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<HashSet<Guid>> InsertOccurrencesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ScheduledEmail> emails, CancellationToken cancellationToken)
    {
        var made = new HashSet<Guid>();
        foreach (var part in emails.Chunk(MaxInserted))
        {
            await using var command = new NpgsqlCommand(_insertOccurrences, connection)
            {
                Parameters = { Value("ids", part.Select(email => email.Id).ToArray()), Json("data", part) },
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                made.Add(reader.GetGuid(0));
        }

        return made;
    }

    private static IEnumerable<NpgsqlBatchCommand> Inserts(
        IReadOnlyCollection<ScheduledEmail> emails, IReadOnlyCollection<EmailBody> bodies)
    {
        var clients = emails.Select(email => email.ClientId).Union(bodies.Select(body => body.ClientId), StringComparer.Ordinal)
            .ToArray();
        if (emails.Count > 1 || bodies.Count > 1)
            yield return new(BodyLock.ShareOrder) { Parameters = { Value("clients", clients) } };
        yield return new(BodyLock.Share) { Parameters = { Value("clients", clients) } };
        // In one order, so that no two that share bodies wait for each other in a circle.
        foreach (var part in bodies.DistinctBy(body => body.Id, StringComparer.Ordinal)
            .OrderBy(body => body.Id, StringComparer.Ordinal).Chunk(MaxInserted))
        {
            yield return new(InsertBodies) { Parameters = { Value("ids", part.Select(body => body.Id).ToArray()), Json("data", part) } };
            foreach (var command in AttachmentUse.Insert(part))
                yield return command;
        }

        foreach (var part in emails.Chunk(MaxInserted))
            yield return Insertion(part);
    }
}
