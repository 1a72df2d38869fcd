using Npgsql;

namespace Mail.Hosting;

/// <summary>
/// Tells whether a pooler stands between here and PostgreSQL that gives each transaction another session. What the services hold in a
/// session would be somebody else's then: notifications (LISTEN), prepared statements and settings.
/// </summary>
internal static class PoolerCheck
{
    /// <summary>Refuses it. One that keeps a session for each connection (PgBouncer's <c>pool_mode=session</c>) is fine.</summary>
    /// <exception cref="SettingException">There is one.</exception>
    internal static async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        // Two connections that are open at the same time have two sessions, or take turns with one.
        await using var first = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var second = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await SessionAsync(first, cancellationToken) == await SessionAsync(second, cancellationToken))
        {
            throw new SettingException(
                "ConnectionStrings__Postgres leads to a connection pooler in transaction mode, where LISTEN, advisory locks and prepared "
                + "statements do not work: "
                + "connect to PostgreSQL itself, or set the pooler to session mode (PgBouncer: pool_mode=session).");
        }
    }

    private static async Task<int> SessionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
