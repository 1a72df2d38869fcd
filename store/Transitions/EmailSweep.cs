using Npgsql;
using static Mail.Store.Sql;
using static Mail.Store.TransitionCommands;
using static Mail.Store.TransitionSql;

namespace Mail.Store;

/// <summary>What messages alone can't do: e-mails of dead senders, those that are no longer worth sending, and lost wake-ups.</summary>
public static class EmailSweep
{
    /// <summary>The most that one statement of the sweep moves. What somebody else has locked comes with a later one.</summary>
    public const int MaxSwept = 1000;

    /// <summary>What the timeline says of an e-mail whose sender was not heard from any more.</summary>
    public const string SenderDied = "its sender died in mid-hand-over";

    private static readonly string _loseClaims = Update($"""
        e.status = 'sending' and not exists (select from {Senders} s where s.id = e.claimed_by
            and s.mt_last_modified > statement_timestamp() - @expiry)
        """,
        "e.id", patch: Unknown, entry: "@entry", source: "", order: $"e.claimed_by limit {MaxSwept}", wait: "skip locked");

    // What an attempt before this one came to is not what this one did.
    private const string Unknown =
        "jsonb_build_object('status', 'unknown', 'attempts', (e.data->>'attempts')::int + 1, 'last_error', null)";

    // A remainder's recipients were tried with the e-mail that it is the rest of.
    private const string ExpiredOrFailed =
        "case when (e.data->>'attempts')::int = 0 and e.data->>'remainder_of' is null then 'expired' else 'failed' end";

    private static readonly string _expire = Update(
        "e.status = 'pending' and e.send_before <= coalesce(@now, statement_timestamp())", "e.status",
        patch: $"jsonb_build_object('status', {ExpiredOrFailed})",
        entry: $"jsonb_build_object('event', {ExpiredOrFailed}) || @entry",
        source: "", order: $"e.send_before limit {MaxSwept}", wait: "skip locked");

    private static readonly string _overdue =
        Wake($"(e.woken_at is null or e.woken_at < statement_timestamp() - @again) and {Installations.NoBacklog}");

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
    /// sending -> unknown, for the claims of senders not heard from lately. Returns how many, <see cref="MaxSwept"/> at the most.
    /// </summary>
    public static async Task<int> LoseClaimsAsync(
        NpgsqlConnection connection, TimeSpan expiry, string by, CancellationToken cancellationToken) =>
        (await ListAsync<Guid>(connection, _loseClaims, [], cancellationToken,
            Value("expiry", expiry), Json("entry", new { @event = "unknown", detail = SenderDied, by }))).Count;

    /// <summary>
    /// pending -> expired or, where it was tried, failed. Returns which of both, for <see cref="MaxSwept"/> e-mails at the most.
    /// </summary>
    public static Task<List<string>> ExpireAsync(
        NpgsqlConnection connection, DateTimeOffset? now, string by, CancellationToken cancellationToken) =>
        ListAsync<string>(
            connection, _expire, [], cancellationToken, Now(now), Json("entry", new { detail = "no longer worth sending", by }));

    /// <summary>Marks overdue pending e-mails as woken, the oldest first, and returns their ids for wake-ups to be sent.</summary>
    /// <param name="connection">A connection, in whose transaction the wake-ups are committed too.</param>
    /// <param name="grace">How overdue they must be: a wake-up may still be on its way.</param>
    /// <param name="again">How long ago they must have been woken last.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<List<Guid>> OverdueAsync(
        NpgsqlConnection connection, TimeSpan grace, TimeSpan again, int limit, CancellationToken cancellationToken) =>
        ListAsync<Guid>(connection, _overdue, [], cancellationToken, Value("grace", grace), Value("again", again), Value("limit", limit));

    /// <summary>
    /// Marks all that is due as woken, a batch of it, whether it was woken before or not; but what was woken within
    /// <paramref name="again"/> stays as it is while many wake-ups wait for a sender.
    /// </summary>
    /// <param name="connection">A connection, in whose transaction the wake-ups are committed too.</param>
    /// <param name="started">When the first batch began: what was woken since then is not woken again.</param>
    /// <param name="again">How long ago e-mails must have been woken last, where wake-ups wait or nobody can tell.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<List<Guid>> OverdueAnywayAsync(
        NpgsqlConnection connection, DateTimeOffset started, TimeSpan again, int limit,
        CancellationToken cancellationToken) => ListAsync<Guid>(
        connection, _overdueAnyway, [], cancellationToken,
        Value("started", started), Value("grace", TimeSpan.Zero), Value("again", again), Value("limit", limit));
}
