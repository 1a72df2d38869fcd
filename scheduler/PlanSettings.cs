namespace PostgresScheduler;

/// <summary>What a transaction asks of PostgreSQL's planner.</summary>
internal static class PlanSettings
{
    /// <summary>
    /// Has the statements of the rest of the transaction read by indexes. PostgreSQL keeps a statement's plan until the table is next
    /// vacuumed or analyzed. Tables of timers are empty again and again, and a plan of then would read all of what is scheduled meanwhile
    /// for each claim (<see href="https://www.postgresql.org/docs/current/runtime-config-query.html"/>).
    /// </summary>
    internal const string IndexesOnly = "set local enable_seqscan = off";
}
