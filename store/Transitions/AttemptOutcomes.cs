using Npgsql;
using static Mail.Store.Sql;
using static Mail.Store.TransitionSql;

namespace Mail.Store;

/// <summary>How the outcomes of attempts are recorded, and with them the remainders that they leave.</summary>
public static class AttemptOutcomes
{
    // A late outcome of the same claim may correct an 'unknown' to the truth; one of another claim moves nothing.
    private static readonly string _isOfThisClaim =
        $"{AwaitsOutcome} and e.claimed_by = @sender and e.claim_batch = m.batch and (m.patch->>'status' <> 'pending' or {IsNotResent})";

    private const string Patch =
        $"case when m.patch->>'status' = 'pending' and {CancelOnRetry.IsSet} then m.patch - 'due_at' || {CancelOnRetry.Patch} else "
        + $"m.patch end || {TakesBackDismissal}";

    private const string Lines =
        $"case when m.patch->>'status' = 'pending' and {CancelOnRetry.IsSet} then jsonb_build_array(m.entry || {At}, {CancelOnRetry.Line}) "
        + $"else jsonb_build_array(m.entry || {At}) end";

    private static readonly string _record = Update(
        _isOfThisClaim, "e.id", patch: Patch, lines: Lines,
        source: "unnest(@ids, @patches, @entries, @batches) as m (id, patch, entry, batch) join");

    // Where a late outcome finds the e-mail resent, its recipients have been served otherwise; where it finds the content erased, there is
    // nothing left to send. No body needs a lock here: the original refers to it, and whoever erases waits for the original's row.
    private const string LeavesRemainder = $"m.remainder is not null and {IsNotResent} and e.data->>'body_id' <> '{EmailBody.Erased}'";

    private const string MovesWithRemainders = """
        unnest(@ids, @patches, @entries, @batches, @remainder_ids, @remainder_entries)
            as m (id, patch, entry, batch, remainder, remainder_entry) join
        """;

    // The remainder is inserted by the very statement that moves the original: where the outcome was written before, or comes from another
    // claim, nothing moves and nothing is inserted.
    private static readonly string _recordWithRemainders = $"""
        {Moved(
            _isOfThisClaim,
            patch: $"{Patch} || case when {LeavesRemainder} then jsonb_build_object('remainder', m.remainder) else '{{}}' end",
            entry: "", order: "e.id", wait: "", source: MovesWithRemainders,
            lines: $"{Lines} || case when {LeavesRemainder} then jsonb_build_array(m.remainder_entry || {At}) else '[]' end",
            @event: null)},
        made as (
            {EmailInserts.Insert}
            from (select n.id, n.data from unnest(@remainder_ids, @remainders) as n (id, data)
                join moved on (moved.data->>'remainder')::uuid = n.id) as n
            on conflict (id) do nothing
            returning id, client_id, key),
        told_of_made as ({EventSql.OfMade})
        select id from moved union all select id from made
        """;

    /// <summary>
    /// sending -> whatever the outcome says, and the remainders that the outcomes leave. Returns the ids that moved, those of another claim
    /// do not, and the ids of the remainders that were inserted, for wake-ups to be sent.
    /// </summary>
    public static Task<List<Guid>> RecordAsync(
        NpgsqlConnection connection, Guid sender, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves,
        CancellationToken cancellationToken) =>
        moves.Any(move => move.Move.Remainder is not null)
            ? TransitionCommands.ListAsync<Guid>(
                connection, _recordWithRemainders, [.. moves.Select(move => move.Move)], cancellationToken,
                [.. OfClaims(sender, moves), .. Remainders(moves)])
            : TransitionCommands.ListAsync<Guid>(
                connection, _record, [.. moves.Select(move => move.Move)], cancellationToken, OfClaims(sender, moves));

    /// <summary>The same for a batch of commands. None of the moves may have a remainder.</summary>
    internal static NpgsqlBatchCommand RecordCommand(
        Guid sender, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves, DateTimeOffset? now)
    {
        var record = new NpgsqlBatchCommand(_record);
        TransitionCommands.AddMoves(record.Parameters, [.. moves.Select(move => move.Move)]);
        record.Parameters.AddRange(OfClaims(sender, moves));
        record.Parameters.Add(Now(now));
        return record;
    }

    private static NpgsqlParameter[] OfClaims(Guid sender, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> moves) =>
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
}
