using Npgsql;

namespace Mail.Store;

/// <summary>
/// How statements about many rows are planned. The connections of the services keep the plan that a statement was given first, which
/// for few rows is right. It is kept until the table is next analyzed, though, and where the table had a few rows at that time it may read
/// the whole table once for each row that it is asked for.
/// </summary>
public static class Planning
{
    /// <summary>For fewer rows planning may take longer than the statement itself.</summary>
    private const int Many = 100;

    /// <summary>
    /// Has each statement of the rest of the transaction planned for the tables as they are, where it is about many rows
    /// (<see href="https://www.postgresql.org/docs/current/sql-prepare.html"/>, notes).
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="count">How many rows the statements are about, as far as is known.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task PlanForAsync(NpgsqlConnection connection, int count, CancellationToken cancellationToken)
    {
        if (count < Many)
            return;
        await using var command = new NpgsqlCommand("set local plan_cache_mode = force_custom_plan", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
