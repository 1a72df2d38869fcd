using Npgsql;

namespace PostgresScheduler;

/// <summary>The timer table in numbers.</summary>
/// <param name="Pending">Rows, as PostgreSQL's statistics estimate them: counting a million would cost more than it tells.</param>
/// <param name="Due">Timers that are due.</param>
/// <param name="SetAside">Timers that wait for a person.</param>
/// <param name="OldestDueAge">How long the oldest due timer has been due; zero where none is.</param>
internal sealed record TimerCounts(long Pending, long Due, long SetAside, TimeSpan OldestDueAge)
{
    // More than that are counted for nothing: the age of the oldest one tells how bad it is.
    private const int MaxCounted = 1_000_000;

    internal static async Task<TimerCounts> ReadAsync(
        NpgsqlConnection connection, PostgresSchedulerOptions options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Count(options.Schema), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetTimeSpan(3));
    }

    private static string Count(string schema) => $"""
        select (select greatest(reltuples, 0)::bigint from pg_class where oid = '{schema}.timers'::regclass),
               (select count(*) from (select from {schema}.timers where due <= statement_timestamp() limit {MaxCounted}) due),
               (select count(*) from {schema}.timers where due = 'infinity'),
               (select coalesce(statement_timestamp() - min(due), interval '0') from {schema}.timers where due <= statement_timestamp())
        """;
}
