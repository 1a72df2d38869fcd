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

    /// <summary>Of the e-mail <c>e</c>: an outcome of the claim may still be recorded.</summary>
    internal static readonly string AwaitsOutcome = IsAnyOf("e.status", EmailStatus.AwaitingOutcome);

    /// <summary>The statement: a patch laid over the document, and its line in the timeline, or several as an array.</summary>
    /// <param name="condition">Which e-mails <c>e</c> are changed.</param>
    /// <param name="patch">The changed fields, as an expression.</param>
    /// <param name="entry">The line without its time, as an expression.</param>
    /// <param name="order">The order in which rows are locked, and a limit where there is one.</param>
    /// <param name="wait"><c>skip locked</c> where no row is waited for.</param>
    /// <param name="source">What the e-mails are joined with, as <c>m</c>; empty where the condition alone selects them.</param>
    /// <param name="lines">In the place of <paramref name="entry"/>: several lines with their times, as an array.</param>
    internal static string Update(
        string condition, string patch = "m.patch", string entry = "m.entry", string order = "e.id", string wait = "",
        string source = "unnest(@ids, @patches, @entries) as m (id, patch, entry) join", string? lines = null) => $"""
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
}
