using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Which attachments bodies refer to, and what goes when nothing refers to it.</summary>
public static class AttachmentUse
{
    /// <summary>How many attachments one pass drops at the most: each may be 25 MiB.</summary>
    public const int BatchSize = 20;

    /// <summary>The constraint that is violated where an e-mail refers to an attachment that was dropped meanwhile.</summary>
    public const string Constraint = "attachment_of_body_attachment";

    private const string Table = $"{MailRegistry.Schema}.attachment";
    private const string Uses = $"{MailRegistry.Schema}.attachment_of_body";
    private const string IsUnused = $"not exists (select from {Uses} u where u.client_id = a.client_id and u.sha256 = a.sha256)";

    // In one order, so that no two wait for each other in a circle.
    private const string InsertUses = $"""
        insert into {Uses} (body_id, client_id, sha256)
        select * from unnest(@bodies, @clients, @hashes) order by 1, 3 on conflict do nothing
        """;

    // From now on it goes with the last body, unless it is uploaded again.
    private const string BindToBodies = $"""
        with used as materialized (
            select a.id from {Table} a join (select distinct * from unnest(@clients, @hashes) n (client_id, sha256)) n
                on a.client_id = n.client_id and a.sha256 = n.sha256
            where a.kept_until is not null order by a.id for no key update of a)
        update {Table} a set kept_until = null from used where a.id = used.id
        """;

    // The oldest first. What has no hash is an upload that was broken off.
    private const string Old = $"""
        select id, client_id from {Table} a
        where kept_until < coalesce(@now, statement_timestamp()) and {IsUnused} order by kept_until limit @limit
        """;

    // Asked again: until the lock was there it may have been uploaded again, or an e-mail inserted that refers to it.
    private const string DropOld =
        $"delete from {Table} a where id = any(@ids) and kept_until < coalesce(@now, statement_timestamp()) and {IsUnused}";

    private const string Erase = $"""
        with gone as (
            delete from {Table} where id in (
                select id from {Table} a where client_id = @client and {IsUnused} order by id limit @limit) returning 1)
        select count(*) from gone
        """;

    /// <summary>
    /// Drops what nothing refers to and whose time has passed: attachments 72 hours after their last upload, and pieces of uploads that
    /// were broken off. Under the lock that bodies have, so that no e-mail is inserted meanwhile that refers to one.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction that has locked nothing yet.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the batch.</param>
    /// <returns>How many were dropped, and whether there may be more.</returns>
    public static async Task<(int Dropped, bool More)> DropOldAsync(
        NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var (ids, clients) = (new List<Guid>(), new List<string>());
        await using (var command = new NpgsqlCommand(Old, connection) { Parameters = { Value("limit", BatchSize), Now(now) } })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                ids.Add(reader.GetGuid(0));
                clients.Add(reader.GetString(1));
            }
        }

        if (ids.Count == 0)
            return (0, false);
        await BodyLock.TakeAsync(connection, clients, cancellationToken);
        await using var drop = new NpgsqlCommand(DropOld, connection) { Parameters = { Value("ids", ids.ToArray()), Now(now) } };
        return (await drop.ExecuteNonQueryAsync(cancellationToken), ids.Count == BatchSize);
    }

    /// <summary>
    /// One batch of a client's attachments that no body refers to, in the caller's transaction. Returns whether there may be more.
    /// </summary>
    public static async Task<bool> EraseAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Erase, connection)
        {
            Parameters = { Value("client", clientId), Value("limit", BatchSize) },
        };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == BatchSize;
    }

    /// <summary>What inserts the references of bodies, behind the bodies themselves. Nothing where they have none.</summary>
    internal static IEnumerable<NpgsqlBatchCommand> Insert(IReadOnlyCollection<EmailBody> bodies)
    {
        var uses = bodies
            .SelectMany(body => (body.Attachments ?? []).Select(hash => (body.Id, body.ClientId, Hash: Convert.FromHexString(hash))))
            .ToList();
        if (uses.Count == 0)
            yield break;
        var clients = uses.Select(use => use.ClientId).ToArray();
        var hashes = uses.Select(use => use.Hash).ToArray();
        yield return new(InsertUses)
        {
            Parameters = { Value("bodies", uses.Select(use => use.Id).ToArray()), Value("clients", clients), Value("hashes", hashes) },
        };
        yield return new(BindToBodies) { Parameters = { Value("clients", clients), Value("hashes", hashes) } };
    }
}
