using Npgsql;

namespace Mail.Hosting;

/// <summary>
/// Tells whether a pooler stands between here and PostgreSQL that gives each transaction another session. What the services hold in a
/// session would be somebody else's then: notifications (LISTEN), prepared statements and settings.
/// </summary>
internal static class PoolerCheck
{
    /// <summary>What such a pooler is called in messages.</summary>
    internal const string InTransactionMode =
        "a connection pooler in transaction mode, where LISTEN, advisory locks and prepared statements do not work";

    private const int Rounds = 3;

    /// <summary>Refuses it. One that keeps a session for each connection (PgBouncer's <c>pool_mode=session</c>) is fine.</summary>
    /// <exception cref="SettingException">There is one.</exception>
    internal static async Task RunAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var first = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var second = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await IsSharedAsync(
            () => SessionAsync(first, cancellationToken), async () => await second.BeginTransactionAsync(cancellationToken),
            () => SessionAsync(second, cancellationToken)))
        {
            throw new SettingException(
                $"ConnectionStrings__Postgres leads to {InTransactionMode}: "
                + "connect to PostgreSQL itself, or set the pooler to session mode (PgBouncer: pool_mode=session).");
        }
    }

    /// <summary>
    /// Whether two connections that are open at the same time take turns with sessions. One that has a session of its own never changes
    /// it. Behind a pooler, a transaction on the second takes the session that the first just had, or sooner or later another one than
    /// the first then gets: which, is up to the pooler and to what else goes through it, so that once proves nothing.
    /// </summary>
    /// <param name="first">Asks the first for its session.</param>
    /// <param name="begin">Begins a transaction on the second.</param>
    /// <param name="second">Asks the second for its session.</param>
    internal static async Task<bool> IsSharedAsync(Func<Task<int>> first, Func<Task<IAsyncDisposable>> begin, Func<Task<int>> second)
    {
        var session = await first();
        for (var round = 0; round < Rounds; round++)
        {
            await using var transaction = await begin();
            // In this order: where the pooler has but one session, the first would wait for the transaction's end.
            if (await second() == session || await first() != session)
                return true;
        }

        return false;
    }

    private static async Task<int> SessionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
