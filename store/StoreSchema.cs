using JasperFx;
using Marten;
using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>Brings the schema up to date at start-up, whichever service comes first.</summary>
public sealed class StoreSchema(NpgsqlDataSource dataSource, IDocumentStore store, TimerSchema timers)
{
    /// <summary>
    /// Applies what is missing. Services that start together take turns at an advisory lock, since
    /// <c>create … if not exists</c> races with itself.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Execute("select pg_advisory_lock(hashtext('mail.schema'))");
        try
        {
            await timers.ApplyAsync(cancellationToken);
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        }
        finally
        {
            await Execute("select pg_advisory_unlock(hashtext('mail.schema'))");
        }

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
