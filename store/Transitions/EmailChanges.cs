using Npgsql;
using static Mail.Store.Sql;
using static Mail.Store.TransitionCommands;
using static Mail.Store.TransitionSql;

namespace Mail.Store;

/// <summary>What a person, or a save of the config, changes about scheduled e-mails.</summary>
public static class EmailChanges
{
    private static readonly string _cancel = Update(IsPending, "e.data");

    private static readonly string _cancelMany = Update(IsPending, "e.id");

    private static readonly string _rezone = UpdateUntold(IsPending) + " returning e.id";

    private static readonly string _cancelOwn = Update(
        $"{IsPending} and e.client_id = coalesce(m.client, e.client_id)",
        $"e.data, (select b.data from {Bodies} b where b.id = e.data->>'body_id')",
        source: "unnest(@ids, @patches, @entries, @clients) as m (id, patch, entry, client) join");

    // The timer of the move before it is in the answer, so that it can be withdrawn.
    private static readonly string _reschedule =
        Update(
            IsPending, "e.data", patch: "m.patch || jsonb_build_object('wakeup_before', e.data->'wakeup')", @event: EventSql.Moved);

    // One that is in doubt may turn out to be one that is tried again, too.
    private static readonly string _cancelOnRetry = UpdateUntold(AwaitsOutcome) + " returning e.id";

    private static readonly string _resend =
        UpdateUntold($"{IsAnyOf("e.status", EmailStatus.Resendable)} and {IsNotResent}") + " returning e.data";

    private static readonly string _dismiss = UpdateUntold(
        $"{IsAnyOf("e.status", EmailStatus.Dismissable)} and {IsNotDismissed}",
        patch: $"m.patch || jsonb_build_object('dismissed', {At} || (m.patch->'dismissed'))") + " returning e.data";

    /// <summary>pending -> cancelled. Returns the e-mails that are; the others had moved on.</summary>
    public static Task<List<ScheduledEmail>> CancelAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _cancel, moves, cancellationToken);

    /// <summary>
    /// pending -> cancelled, for who does not ask what they say: ten thousand documents need not travel. Returns those that are; the others
    /// had moved on.
    /// </summary>
    public static Task<List<Guid>> CancelManyAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        moves.Count == 0 ? Task.FromResult(new List<Guid>()) : ListAsync<Guid>(connection, _cancelMany, moves, cancellationToken);

    /// <summary>
    /// pending -> cancelled, each of a client's e-mails, or of anyone's where it is null. Returns those that are, with their bodies; the
    /// others had moved on, or are not its.
    /// </summary>
    /// <param name="connection">An open connection, outside a transaction.</param>
    /// <param name="moves">An e-mail may come twice, for two clients.</param>
    /// <param name="patience">How long to wait for a lock; null for as long as it takes.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <exception cref="PostgresException">
    /// <c>lock_not_available</c>: somebody holds one of them for longer than <paramref name="patience"/>. None was cancelled.
    /// </exception>
    public static async Task<List<(ScheduledEmail Email, EmailBody? Body)>> CancelOwnAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(EmailTransition Move, string? ClientId)> moves, TimeSpan? patience,
        CancellationToken cancellationToken)
    {
        // A batch is a transaction.
        await using var batch = new NpgsqlBatch(connection);
        if (patience is { } time)
            batch.BatchCommands.Add(Patience(time));
        var cancel = new NpgsqlBatchCommand(_cancelOwn);
        AddMoves(cancel.Parameters, [.. moves.Select(each => each.Move)]);
        cancel.Parameters.Add(Value("clients", moves.Select(each => each.ClientId).ToArray()));
        cancel.Parameters.Add(Now(null));
        batch.BatchCommands.Add(cancel);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var cancelled = new List<(ScheduledEmail Email, EmailBody? Body)>();
        do
        {
            while (reader.FieldCount == 2 && await EmailLookup.ReadWithBodyAsync(reader, cancellationToken) is { } each)
                cancelled.Add(each);
        }
        while (await reader.NextResultAsync(cancellationToken));
        return cancelled;
    }

    /// <summary>pending -> pending, at another time. Returns the e-mails that were moved; the others had moved on.</summary>
    public static Task<List<ScheduledEmail>> RescheduleAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _reschedule, moves, cancellationToken);

    /// <summary>pending -> pending, at the same instant by other clocks. Returns those that were; the others had moved on.</summary>
    public static Task<List<Guid>> RezoneAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        moves.Count == 0 ? Task.FromResult(new List<Guid>()) : ListAsync<Guid>(connection, _rezone, moves, cancellationToken);

    /// <summary>
    /// From now on the e-mails are cancelled where they would become pending again. Of those that are <c>sending</c> or <c>unknown</c>;
    /// the caller has locked them, so that each still is what the caller takes it for.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="moves">From <see cref="EmailTransition.CancelOnRetry"/>.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<List<Guid>> CancelOnRetryAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        moves.Count == 0 ? Task.FromResult(new List<Guid>()) : ListAsync<Guid>(connection, _cancelOnRetry, moves, cancellationToken);

    /// <summary>Marks e-mails as resent, while they may be, and were not before. Returns those; the others have moved on.</summary>
    public static Task<List<ScheduledEmail>> ResendAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _resend, moves, cancellationToken);

    /// <summary>
    /// Marks e-mails as dismissed, where they are failed, unknown or expired and were not before. Returns those.
    /// </summary>
    public static Task<List<ScheduledEmail>> DismissAsync(
        NpgsqlConnection connection, IReadOnlyCollection<EmailTransition> moves, CancellationToken cancellationToken) =>
        EmailsAsync(connection, _dismiss, moves, cancellationToken);
}
