using Npgsql;
using static Mail.Store.Sql;
using static Mail.Store.TransitionSql;

namespace Mail.Store;

/// <summary>How senders claim e-mails, and give claims back.</summary>
public static class EmailClaims
{
    // All of it at once, by the database's clock: a stale wake-up claims nothing.
    private const string Claimable = $"""
        e.id = any(@ids) and {IsPending} and e.due_at <= coalesce(@now, statement_timestamp())
        and e.send_before > coalesce(@now, statement_timestamp())
        and not {CancelOnRetry.IsSet}
        and {IsNotHeld}
        and {Installations.Trusted}
        """;

    private static readonly string _claim = ToSending(Claimable);

    private static readonly string _claimWhatIsFree = ToSending($"{Claimable} and {ClaimLock.IsShared}");

    // What this transaction has just claimed is no longer pending: what still looks claimable is locked by somebody else.
    private const string StillClaimable = $"select e.id from {Emails} e where {Claimable}";

    // Nothing of an abandoned batch was ever handed over, whatever has been thought of it meanwhile.
    private static readonly string _giveBack = Update(
        $"{IsAnyOf("e.status", EmailStatus.AwaitingOutcome)} and e.claimed_by = @sender and e.claim_batch = any(@batches) "
            + $"and {IsNotResent}",
        "e.id",
        patch: $"case when {CancelOnRetry.IsSet} then @patch || {CancelOnRetry.Patch} else @patch end || {TakesBackDismissal}",
        lines: $"case when {CancelOnRetry.IsSet} then jsonb_build_array(@entry || {At}, {CancelOnRetry.Line}) else "
            + $"jsonb_build_array(@entry || {At}) end",
        source: "");

    // A claim waits for no row. A save of ten thousand items or the erasure of a client may hold its rows for seconds, and the
    // claim is for several e-mails, most of them of other clients.
    private static string ToSending(string condition) =>
        UpdateUntold(
            condition, patch: "@patch",
            entry: "jsonb_build_object('event', 'sending', 'detail', 'attempt ' || ((e.data->>'attempts')::int + 1), 'by', @by::text)",
            wait: "skip locked", source: "")
        + $" returning e.data, (select b.data from {Bodies} b where b.id = e.data->>'body_id'), clock_timestamp()";

    /// <summary>
    /// pending -> sending, for those of the ids that are pending, due, still worth sending and not held. It waits for nobody: what
    /// someone else has locked is named in the answer. Null where nothing may be claimed, since nobody has vouched for the database
    /// yet: that says nothing of the ids.
    /// </summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="claim">The sender that claims, and its batch.</param>
    /// <param name="ids">The e-mails that wake-ups named.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="cancellationToken">Abandons the claim: it may still land, and must then be given back.</param>
    public static async Task<Claimed?> ClaimAsync(
        NpgsqlConnection connection, Claim claim, IReadOnlyCollection<Guid> ids, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(ClaimLock.Share) { Parameters = { Value("installation", claim.Installation) } });
        batch.BatchCommands.Add(ClaimCommand(_claim, claim, ids, now));
        batch.BatchCommands.Add(
            new(StillClaimable) { Parameters = { Value("ids", ids.ToArray()), Value("installation", claim.Installation), Now(now) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var trusted = await ReadTrustedAsync(reader, cancellationToken);
        var claimed = await ReadClaimedAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var locked = await ReadIdsAsync(reader, cancellationToken);
        return claimed.Count > 0 || trusted ? new(claimed, locked) : null;
    }

    /// <summary>Which of the ids a claim would get now; null where nothing may be claimed, which says nothing of the ids.</summary>
    public static async Task<List<Guid>?> ClaimableAsync(
        NpgsqlConnection connection, string installation, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new($"select {Installations.Trusted}") { Parameters = { Value("installation", installation) } });
        batch.BatchCommands.Add(
            new(StillClaimable) { Parameters = { Value("ids", ids.ToArray()), Value("installation", installation), Now(null) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var trusted = await ReadTrustedAsync(reader, cancellationToken);
        var claimable = await ReadIdsAsync(reader, cancellationToken);
        return trusted ? claimable : null;
    }

    /// <summary>
    /// <see cref="AttemptOutcomes.RecordAsync"/>, and then <see cref="ClaimAsync"/> for those of the ids that nobody else has locked, in
    /// one transaction and one round trip. Of an id that was not claimed nothing is known. None of the moves may have a remainder, whose
    /// wake-up needs a transaction around it.
    /// </summary>
    /// <exception cref="NpgsqlException">Nothing is known of either; the claim may yet land, and must be given back.</exception>
    public static async Task<List<ClaimedEmail>> RecordAndClaimAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves, Claim claim,
        IReadOnlyCollection<Guid> ids, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(AttemptOutcomes.RecordCommand(claim.Sender, moves, now));
        batch.BatchCommands.Add(new(ClaimLock.TryShare));
        batch.BatchCommands.Add(ClaimCommand(_claimWhatIsFree, claim, ids, now));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await ReadClaimedAsync(reader, cancellationToken);
    }

    /// <summary>
    /// sending or unknown -> pending (or cancelled, where it is not tried again), for what a sender's claims still hold of batches whose
    /// answer was lost.
    /// </summary>
    public static Task<List<Guid>> GiveBackAsync(
        NpgsqlConnection connection, Guid sender, IReadOnlyCollection<Guid> batches, string by, CancellationToken cancellationToken) =>
        TransitionCommands.ListAsync<Guid>(connection, _giveBack, [], cancellationToken,
            Value("sender", sender), Value("batches", batches.ToArray()),
            Json("patch", new { status = EmailStatus.Pending, claimed_by = (Guid?)null, claim_batch = (Guid?)null }),
            Json("entry", new { @event = "returned", detail = "the claim's answer was lost", by }));

    private static NpgsqlBatchCommand ClaimCommand(string sql, Claim claim, IReadOnlyCollection<Guid> ids, DateTimeOffset? now) => new(sql)
    {
        Parameters =
        {
            Value("ids", ids.ToArray()),
            Json("patch", new { status = EmailStatus.Sending, claimed_by = claim.Sender, claim_batch = claim.Batch }),
            Value("by", claim.By),
            Value("installation", claim.Installation),
            Now(now),
        },
    };

    // The first result of a claim and of the question what is claimable; goes on to the next.
    private static async Task<bool> ReadTrustedAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var trusted = await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) && reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        return trusted;
    }

    private static async Task<List<Guid>> ReadIdsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private static async Task<List<ClaimedEmail>> ReadClaimedAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var claimed = new List<ClaimedEmail>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new(
                StoreJson.Read<ScheduledEmail>(reader, 0), StoreJson.Read<EmailBody>(reader, 1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return claimed;
    }
}
