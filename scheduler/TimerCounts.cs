namespace PostgresScheduler;

/// <summary>The timer table in numbers.</summary>
/// <param name="Pending">Rows, as PostgreSQL's statistics estimate them: counting a million would cost more than it tells.</param>
/// <param name="Due">Timers that are due.</param>
/// <param name="SetAside">Timers that wait for a person.</param>
/// <param name="OldestDueAge">How long the oldest due timer has been due; zero where none is.</param>
internal sealed record TimerCounts(long Pending, long Due, long SetAside, TimeSpan OldestDueAge);
