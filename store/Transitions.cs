using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Every move of a scheduled e-mail between states. Each is one conditional update that writes the timeline in the same
/// statement; who loses a race gets no row back. Rows are locked in the order of their ids, so that no two statements wait
/// for each other in a circle.
/// </summary>
public static class Transitions
{
    /// <summary>The most that one statement of the sweep moves. What somebody else has locked comes with a later one.</summary>
    public const int MaxSwept = 1000;

    // Where ids are given they are few: without the "|| ''" the planner may rather walk the partial index of everything that
    // is pending, and a claim of eight then costs as much as there is backlog.
    private const string IsPending = "e.status || '' = 'pending'";

    private const string At = "jsonb_build_object('at', coalesce(@now, statement_timestamp()))";

    /// <summary>One move: a patch laid over the document, and its line in the timeline, or several as an array.</summary>
    private static string Move(string condition, string patch = "m.patch", string entry = "m.entry", string order = "e.id", string wait = "", string source = "unnest(@ids, @patches, @entries) as m (id, patch, entry) join", string? lines = null) => $"""
        with moving as materialized (
            select e.id, e.data || {patch} || {Timelines.With(lines ?? $"jsonb_build_array({entry} || {At})")} as data
            from {source} {Emails} e {(source.Length == 0 ? "" : "on e.id = m.id")}
            where {condition}
            order by {order}
            for update of e {wait})
        update {Emails} e
        set data = moving.data, status = moving.data->>'status', scheduled_datetime = (moving.data->>'scheduled_datetime')::timestamptz,
            due_at = (moving.data->>'due_at')::timestamptz, send_before = (moving.data->>'send_before')::timestamptz,
            claimed_by = (moving.data->>'claimed_by')::uuid, claim_batch = (moving.data->>'claim_batch')::uuid,
            woken_at = (moving.data->>'woken_at')::timestamptz
        from moving where e.id = moving.id
        """;

    // In the claim's transaction and before its snapshot is taken: whoever holds e-mails back, and then waits for this lock
    // alone, knows that no claim is under way that has not seen the hold.
    private const string ClaimLock = "hashtext('mail.claim')";
    private const string BeginClaim = $"select {Installations.Trusted}, pg_advisory_xact_lock_shared({ClaimLock})";
    private const string AwaitClaims = $"set local lock_timeout = '10s'; select pg_advisory_xact_lock({ClaimLock})";

    // The same, and it waits for nobody: with a hold under way the claim behind it claims nothing.
    private const string TryBeginClaim = $"select set_config('mail.may_claim', pg_try_advisory_xact_lock_shared({ClaimLock})::text, true)";

    // All of it at once, by the database's clock: a stale wake-up claims nothing.
    private const string Claimable = $"""
        e.id = any(@ids) and {IsPending} and e.due_at <= coalesce(@now, statement_timestamp())
        and e.send_before > coalesce(@now, statement_timestamp())
        and not e.data ? 'cancel_on_retry'
        and {IsNotHeld}
        and {Installations.Trusted}
        """;

    private static readonly string _claim = MoveToSending(Claimable);

    private static readonly string _claimWhatIsFree = MoveToSending($"{Claimable} and current_setting('mail.may_claim') = 'true'");

    // What this transaction has just claimed is no longer pending: what still looks claimable is locked by somebody else.
    private const string StillClaimable = $"select e.id from {Emails} e where {Claimable}";

    // A claim waits for no row. A save of ten thousand items or the erasure of a client may hold its rows for seconds, and the
    // claim is for several e-mails, most of them of other clients.
    private static string MoveToSending(string condition) =>
        Move(condition, patch: "@patch", entry: "jsonb_build_object('event', 'sending', 'detail', 'attempt ' || ((e.data->>'attempts')::int + 1), 'by', @by::text)", wait: "skip locked", source: "")
        + $" returning e.data, (select b.data from {Bodies} b where b.id = e.data->>'body_id'), clock_timestamp()";

    // What a person has resent meanwhile must not go out again by itself.
    private const string IsNotResent = "e.data->>'resent_as' is null";

    // What a save or a delete has replaced or removed while it was being sent is cancelled where it would be tried again. The save
    // has left the reason in the document; whichever of the two statements comes second finds what the first one wrote.
    private const string IsNotTriedAgain = "e.data ? 'cancel_on_retry'";
    private const string InsteadOfPending = "(e.data->'cancel_on_retry'->'patch')";
    private const string InsteadOfPendingLine = $"(e.data->'cancel_on_retry'->'entry') || {At}";

    // A late outcome of the same claim may correct an 'unknown' to the truth; one of another claim moves nothing.
    private const string IsOfThisClaim =
        $"e.status in ('sending', 'unknown') and e.claimed_by = @sender and e.claim_batch = m.batch and (m.patch->>'status' <> 'pending' or {IsNotResent})";

    private const string RecordPatch =
        $"case when m.patch->>'status' = 'pending' and {IsNotTriedAgain} then m.patch - 'due_at' || {InsteadOfPending} else m.patch end";

    private const string RecordLines =
        $"case when m.patch->>'status' = 'pending' and {IsNotTriedAgain} then jsonb_build_array(m.entry || {At}, {InsteadOfPendingLine}) else jsonb_build_array(m.entry || {At}) end";

    private static readonly string _record = Move(
        IsOfThisClaim, patch: RecordPatch, lines: RecordLines, source: "unnest(@ids, @patches, @entries, @batches) as m (id, patch, entry, batch) join")
        + " returning e.id";

    // Where a late outcome finds the e-mail resent, its recipients have been served otherwise; where it finds the content erased, there is
    // nothing left to send. No body needs a lock here: the original refers to it, and whoever erases waits for the original's row.
    private const string LeavesRemainder = $"m.remainder is not null and {IsNotResent} and e.data->>'body_id' <> '{EmailBody.Erased}'";

    // The remainder is inserted by the very statement that moves the original: where the outcome was written before, or comes from another
    // claim, nothing moves and nothing is inserted.
    private static readonly string _recordWithRemainders = $"""
        with moved as ({Move(
            IsOfThisClaim,
            patch: $"{RecordPatch} || case when {LeavesRemainder} then jsonb_build_object('remainder', m.remainder) else '{{}}' end",
            source: "unnest(@ids, @patches, @entries, @batches, @remainder_ids, @remainder_entries) as m (id, patch, entry, batch, remainder, remainder_entry) join",
            lines: $"{RecordLines} || case when {LeavesRemainder} then jsonb_build_array(m.remainder_entry || {At}) else '[]' end")}
            returning e.id, (e.data->>'remainder')::uuid as remainder),
        made as (
            {EmailInserts.Insert}
            from (select n.id, n.data from unnest(@remainder_ids, @remainders) as n (id, data) join moved on moved.remainder = n.id) as n
            on conflict (id) do nothing
            returning id)
        select id from moved union all select id from made
        """;

    // One that is in doubt may turn out to be one that is tried again, too.
    private static readonly string _cancelOnRetry = Move("e.status in ('sending', 'unknown')") + " returning e.id";

    private static readonly string _movePending = Move(IsPending) + " returning e.data";

    // The timer of the move before it is in the answer, so that it can be withdrawn.
    private static readonly string _reschedule = Move(IsPending, patch: "m.patch || jsonb_build_object('wakeup_before', e.data->'wakeup')") + " returning e.data";

    private static readonly string _cancelOwn = Move($"{IsPending} and e.client_id = coalesce(@client, e.client_id)") + " returning e.data";

    private static readonly string _resend = Move($"e.status in ('failed', 'unknown', 'expired') and {IsNotResent}") + " returning e.data";

    // Nothing of an abandoned batch was ever handed over, whatever has been thought of it meanwhile.
    private static readonly string _giveBack = Move($"e.status in ('sending', 'unknown') and e.claimed_by = @sender and e.claim_batch = any(@batches) and {IsNotResent}",
        patch: $"case when {IsNotTriedAgain} then @patch || {InsteadOfPending} else @patch end",
        lines: $"case when {IsNotTriedAgain} then jsonb_build_array(@entry || {At}, {InsteadOfPendingLine}) else jsonb_build_array(@entry || {At}) end",
        source: "") + " returning e.id";

    private static readonly string _loseClaims = Move($"""
        e.status = 'sending' and not exists (select from {Senders} s where s.id = e.claimed_by
            and s.mt_last_modified > statement_timestamp() - @expiry)
        """,
        patch: "jsonb_build_object('status', 'unknown', 'attempts', (e.data->>'attempts')::int + 1)", entry: "@entry", source: "", order: $"e.claimed_by limit {MaxSwept}", wait: "skip locked") + " returning e.id";

    // A remainder's recipients were tried with the e-mail that it is the rest of.
    private const string ExpiredOrFailed = "case when (e.data->>'attempts')::int = 0 and e.data->>'remainder_of' is null then 'expired' else 'failed' end";

    private static readonly string _expire = Move("e.status = 'pending' and e.send_before <= coalesce(@now, statement_timestamp())",
        patch: $"jsonb_build_object('status', {ExpiredOrFailed})",
        entry: $"jsonb_build_object('event', {ExpiredOrFailed}) || @entry",
        source: "", order: $"e.send_before limit {MaxSwept}", wait: "skip locked") + " returning e.status";

    private static readonly string _overdue = Wake($"(e.woken_at is null or e.woken_at < statement_timestamp() - @again) and {Installations.NoBacklog}");

    // While many wake-ups wait, each of these e-mails has one among them, unless it was lost; and while nobody can tell, a call a
    // minute must not fill the table of timers. Once an hour does for both.
    private static readonly string _overdueAnyway = Wake($"""
        (e.woken_at is null or e.woken_at < case when {Installations.NoBacklog} then @started else statement_timestamp() - @again end)
        """);

    // Ordered by due time and bounded, so that a backlog of a million is woken in the order in which it fell due.
    private static string Wake(string condition) => $"""
        with overdue as materialized (
            select e.id from {Emails} e
            where e.status = 'pending' and e.due_at <= coalesce(@now, statement_timestamp()) - @grace
                and {IsNotHeldAmongMany}
                and {condition}
            order by e.due_at limit @limit
            for update skip locked)
        update {Emails} e set woken_at = statement_timestamp(), data = e.data || jsonb_build_object('woken_at', statement_timestamp())
        from overdue where e.id = overdue.id
        returning e.id
        """;

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
        batch.BatchCommands.Add(new(BeginClaim) { Parameters = { Value("installation", claim.Installation) } });
        batch.BatchCommands.Add(ClaimCommand(_claim, claim, ids, now));
        batch.BatchCommands.Add(new(StillClaimable) { Parameters = { Value("ids", ids.ToArray()), Value("installation", claim.Installation), Now(now) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var vouched = await ReadVouchedAsync(reader, cancellationToken);
        var claimed = await ReadClaimedAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var locked = await ReadIdsAsync(reader, cancellationToken);
        return claimed.Count > 0 || vouched ? new(claimed, locked) : null;
    }

    /// <summary>Which of the ids a claim would get now; null where nothing may be claimed, which says nothing of the ids.</summary>
    public static async Task<List<Guid>?> ClaimableAsync(
        NpgsqlConnection connection, string installation, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new($"select {Installations.Trusted}") { Parameters = { Value("installation", installation) } });
        batch.BatchCommands.Add(new(StillClaimable) { Parameters = { Value("ids", ids.ToArray()), Value("installation", installation), Now(null) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var vouched = await ReadVouchedAsync(reader, cancellationToken);
        var claimable = await ReadIdsAsync(reader, cancellationToken);
        return vouched ? claimable : null;
    }

    // The first result of both; goes on to the next.
    private static async Task<bool> ReadVouchedAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var vouched = await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) && reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        return vouched;
    }

    private static async Task<List<Guid>> ReadIdsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    /// <summary>
    /// <see cref="RecordAsync"/>, and then <see cref="ClaimAsync"/> for those of the ids that nobody else has locked, in one
    /// transaction and one round trip. Of an id that was not claimed nothing is known. None of the moves may have a remainder, whose
    /// wake-up needs a transaction around it.
    /// </summary>
    /// <exception cref="NpgsqlException">Nothing is known of either; the claim may yet land, and must be given back.</exception>
    public static async Task<List<ClaimedEmail>> RecordAndClaimAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves, Claim claim, IReadOnlyCollection<Guid> ids, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        var record = new NpgsqlBatchCommand(_record);
        AddMoves(record.Parameters, [.. moves.Select(move => move.Move)]);
        record.Parameters.AddRange(Recording(claim.Sender, moves));
        record.Parameters.Add(Now(now));
        batch.BatchCommands.Add(record);
        batch.BatchCommands.Add(new(TryBeginClaim));
        batch.BatchCommands.Add(ClaimCommand(_claimWhatIsFree, claim, ids, now));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await ReadClaimedAsync(reader, cancellationToken);
    }

    /// <summary>
    /// sending -> whatever the outcome says, and the remainders that the outcomes leave. Returns the ids that moved, those of another claim
    /// do not, and the ids of the remainders that were inserted, for wake-ups to be sent.
    /// </summary>
    public static Task<List<Guid>> RecordAsync(
        NpgsqlConnection connection, Guid sender, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves, CancellationToken cancellationToken) =>
        moves.Any(move => move.Move.Remainder is not null)
            ? ListAsync<Guid>(connection, _recordWithRemainders, [.. moves.Select(move => move.Move)], cancellationToken, [.. Recording(sender, moves), .. Remainders(moves)])
            : ListAsync<Guid>(connection, _record, [.. moves.Select(move => move.Move)], cancellationToken, Recording(sender, moves));

    /// <summary>pending -> cancelled. Returns the e-mails that are; the others had moved on.</summary>
    public static Task<List<ScheduledEmail>> CancelAsync(NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _movePending, moves, cancellationToken);

    /// <summary>pending -> cancelled, for one e-mail of a client's, or of anyone's where it is null. Null where it had moved on, or is not its.</summary>
    public static async Task<ScheduledEmail?> CancelAsync(NpgsqlConnection connection, EmailTransition move, string? clientId, CancellationToken cancellationToken) =>
        (await EmailsAsync(connection, _cancelOwn, [move], cancellationToken, ClientOrAll(clientId))).SingleOrDefault();

    /// <summary>pending -> pending, at another time. Returns the e-mail, or none if it had moved on.</summary>
    public static Task<List<ScheduledEmail>> RescheduleAsync(NpgsqlConnection connection, EmailTransition move, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _reschedule, [move], cancellationToken);

    /// <summary>
    /// From now on the e-mails are cancelled where they would become pending again. Of those that are <c>sending</c> or <c>unknown</c>;
    /// the caller has locked them, so that each still is what the caller takes it for.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="moves">From <see cref="EmailTransition.CancelOnRetry"/>.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<List<Guid>> CancelOnRetryAsync(NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        moves.Count == 0 ? Task.FromResult(new List<Guid>()) : ListAsync<Guid>(connection, _cancelOnRetry, moves, cancellationToken);

    /// <summary>Marks an e-mail as resent, while it may be, and was not before. Returns it, or none where it has moved on.</summary>
    public static Task<List<ScheduledEmail>> ResendAsync(NpgsqlConnection connection, EmailTransition move, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _resend, [move], cancellationToken);

    /// <summary>sending or unknown -> pending (or cancelled, where it is not tried again), for what a sender's claims still hold of batches whose answer was lost.</summary>
    public static Task<List<Guid>> GiveBackAsync(NpgsqlConnection connection, Guid sender, IReadOnlyCollection<Guid> batches, string by, CancellationToken cancellationToken) =>
        ListAsync<Guid>(connection, _giveBack, [], cancellationToken,
            Value("sender", sender), Value("batches", batches.ToArray()),
            Json("patch", new { status = EmailStatus.Pending, claimed_by = (Guid?)null, claim_batch = (Guid?)null }),
            Json("entry", new { @event = "returned", detail = "the claim's answer was lost", by }));

    /// <summary>sending -> unknown, for the claims of senders not heard from lately. Returns how many, <see cref="MaxSwept"/> at the most.</summary>
    public static async Task<int> LoseClaimsAsync(NpgsqlConnection connection, TimeSpan expiry, string by, CancellationToken cancellationToken) =>
        (await ListAsync<Guid>(connection, _loseClaims, [], cancellationToken,
            Value("expiry", expiry), Json("entry", new { @event = "unknown", detail = "its sender died in mid-hand-over", by }))).Count;

    /// <summary>pending -> expired or, where it was tried, failed. Returns which of both, for <see cref="MaxSwept"/> e-mails at the most.</summary>
    public static Task<List<string>> ExpireAsync(NpgsqlConnection connection, DateTimeOffset? now, string by, CancellationToken cancellationToken) =>
        ListAsync<string>(connection, _expire, [], cancellationToken, Now(now), Json("entry", new { detail = "no longer worth sending", by }));

    /// <summary>
    /// Completes when every claim has ended that may not have seen what was committed before; in a transaction, since it
    /// keeps further claims waiting.
    /// </summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.LockNotAvailable"/>: a claim took longer than 10 s.</exception>
    public static async Task AwaitClaimsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AwaitClaims, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Marks overdue pending e-mails as woken, the oldest first, and returns their ids for wake-ups to be sent.</summary>
    /// <param name="connection">A connection, in whose transaction the wake-ups are committed too.</param>
    /// <param name="grace">How overdue they must be: a wake-up may still be on its way.</param>
    /// <param name="again">How long ago they must have been woken last.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<List<Guid>> OverdueAsync(
        NpgsqlConnection connection, TimeSpan grace, TimeSpan again, int limit, CancellationToken cancellationToken) =>
        await ListAsync<Guid>(connection, _overdue, [], cancellationToken, Value("grace", grace), Value("again", again), Value("limit", limit));

    /// <summary>
    /// Marks all that is due as woken, a batch of it, whether it was woken before or not; but what was woken within <paramref name="again"/>
    /// stays as it is while many wake-ups wait for a sender.
    /// </summary>
    /// <param name="connection">A connection, in whose transaction the wake-ups are committed too.</param>
    /// <param name="started">When the first batch began: what was woken since then is not woken again.</param>
    /// <param name="again">How long ago e-mails must have been woken last, where wake-ups wait or nobody can tell.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<List<Guid>> OverdueAnywayAsync(
        NpgsqlConnection connection, DateTimeOffset started, TimeSpan again, int limit, CancellationToken cancellationToken) => ListAsync<Guid>(
        connection, _overdueAnyway, [], cancellationToken,
        Value("started", started), Value("grace", TimeSpan.Zero), Value("again", again), Value("limit", limit));

    private static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, sql, moves, parameters);
        var list = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            list.Add(reader.GetFieldValue<T>(0));
        return list;
    }

    private static async Task<List<ScheduledEmail>> EmailsAsync(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var emails = new List<ScheduledEmail>();
        if (moves.Count == 0)
            return emails;
        await using var command = Command(connection, sql, moves, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            emails.Add(StoreJson.Read<ScheduledEmail>(reader, 0));
        return emails;
    }

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

    private static async Task<List<ClaimedEmail>> ReadClaimedAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var claimed = new List<ClaimedEmail>();
        while (await reader.ReadAsync(cancellationToken))
            claimed.Add(new(StoreJson.Read<ScheduledEmail>(reader, 0), StoreJson.Read<EmailBody>(reader, 1), reader.GetFieldValue<DateTimeOffset>(2)));
        return claimed;
    }

    private static NpgsqlParameter[] Recording(Guid sender, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves) =>
        [Value("sender", sender), Value("batches", moves.Select(move => move.Batch).ToArray())];

    private static NpgsqlParameter[] Remainders(IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves)
    {
        var remainders = moves.Select(move => move.Move.Remainder).ToArray();
        return
        [
            Value("remainder_ids", remainders.Select(remainder => remainder?.Email.Id).ToArray()),
            Json("remainder_entries", remainders.Select(remainder => remainder?.Entry)),
            Json("remainders", remainders.Select(remainder => remainder?.Email)),
        ];
    }

    private static void AddMoves(NpgsqlParameterCollection parameters, IReadOnlyCollection<EmailTransition> moves)
    {
        parameters.Add(Value("ids", moves.Select(move => move.Id).ToArray()));
        parameters.Add(Json("patches", moves.Select(move => move.Patch)));
        parameters.Add(Json("entries", moves.Select(move => move.Entry)));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IReadOnlyCollection<EmailTransition> moves, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        if (moves.Count > 0)
            AddMoves(command.Parameters, moves);
        command.Parameters.AddRange(parameters);
        if (!command.Parameters.Contains("now"))
            command.Parameters.Add(Now(null));
        return command;
    }
}
