using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// What every transition of a scheduled e-mail from one status to another is written with: one conditional update that writes the
/// timeline in the same statement; who loses a race gets no row back. Rows are locked in the order of their ids, so that no two
/// statements wait for each other in a circle.
/// </summary>
internal static class TransitionSql
{
    // Where ids are given they are few: without the "|| ''" the planner may rather walk the partial index of everything that
    // is pending, and a claim of eight then costs as much as there is backlog.
    internal const string IsPending = "e.status || '' = 'pending'";

    // What a person has resent meanwhile must not go out again by itself.
    internal const string IsNotResent = "e.data->>'resent_as' is null";

    // A person has dismissed what was in doubt, and what it turns out to be is news: it asks again.
    internal const string TakesBackDismissal =
        "case when e.data ? 'dismissed' then '{\"dismissed\":null}'::jsonb else '{}' end";

    internal const string IsNotDismissed = "e.data->>'dismissed' is null";

    /// <summary>The time of a line in the timeline.</summary>
    internal const string At = "jsonb_build_object('at', coalesce(@now, statement_timestamp()))";

    // As in IsPending, here for the partial index of all claims: while some transaction stays open, such as a backup's, it keeps what has
    // been sent meanwhile, and each outcome would read all of that.
    /// <summary>Of the e-mail <c>e</c>, whose id is given: an outcome of the claim may still be recorded.</summary>
    internal static readonly string AwaitsOutcome = IsAnyOf("e.status || ''", EmailStatus.AwaitingOutcome);

    /// <summary>The statement: a patch laid over the document, its line in the timeline, or several as an array, and its event.</summary>
    /// <param name="condition">Which e-mails <c>e</c> are changed.</param>
    /// <param name="returning">What the statement answers, of the changed e-mails <c>e</c>, as expressions.</param>
    /// <param name="patch">The changed fields, as an expression.</param>
    /// <param name="entry">The line without its time, as an expression.</param>
    /// <param name="order">The order in which rows are locked, and a limit where there is one.</param>
    /// <param name="wait"><c>skip locked</c> where no row is waited for.</param>
    /// <param name="source">What the e-mails are joined with, as <c>m</c>; empty where the condition alone selects them.</param>
    /// <param name="lines">In the place of <paramref name="entry"/>: several lines with their times, as an array.</param>
    /// <param name="event">The number of the event of each; null where the move's own status says which.</param>
    internal static string Update(
        string condition, string returning, string patch = "m.patch", string entry = "m.entry", string order = "e.id", string wait = "",
        string source = Given, string? lines = null, string? @event = null) => $"""
        {Moved(condition, patch, entry, order, wait, source, lines, @event)}
        select {returning} from moved e
        """;

    /// <summary>
    /// The same as common table expressions, for a statement that goes on: <c>moved</c> has <c>id</c>, <c>client_id</c>, <c>key</c>,
    /// <c>status</c> and <c>data</c> of the changed e-mails.
    /// </summary>
    internal static string Moved(
        string condition, string patch, string entry, string order, string wait, string source, string? lines, string? @event) => $"""
        {Moving(condition, patch, entry, order, wait, source, lines)},
        moved as (
            {Set}
            returning e.id, e.client_id, e.key, e.status, e.data, {@event ?? EventSql.AfterMove("e.data")} as event),
        told as ({EventSql.OfMoved})
        """;

    /// <summary>The statement for moves that make no event; goes on with <c>returning</c>.</summary>
    internal static string UpdateUntold(
        string condition, string patch = "m.patch", string entry = "m.entry", string wait = "", string source = Given) => $"""
        {Moving(condition, patch, entry, "e.id", wait, source, lines: null)}
        {Set}
        """;

    private const string Given = "unnest(@ids, @patches, @entries) as m (id, patch, entry) join";

    private const string Set = $"""
        update {Emails} e
        set data = moving.data, status = moving.data->>'status', scheduled_datetime = (moving.data->>'scheduled_datetime')::timestamptz,
            due_at = (moving.data->>'due_at')::timestamptz, send_before = (moving.data->>'send_before')::timestamptz,
            claimed_by = (moving.data->>'claimed_by')::uuid, claim_batch = (moving.data->>'claim_batch')::uuid,
            woken_at = (moving.data->>'woken_at')::timestamptz
        from moving where e.id = moving.id
        """;

    // What changes is put together before it is laid over the document, which is then copied once.
    private static string Moving(
        string condition, string patch, string entry, string order, string wait, string source, string? lines) => $"""
        with moving as materialized (
            select e.id, e.data || ({patch} || {Timelines.With(lines ?? $"jsonb_build_array({entry} || {At})")}) as data
            from {source} {Emails} e {(source.Length == 0 ? "" : "on e.id = m.id")}
            where {condition}
            order by {order}
            for update of e {wait})
        """;
}
