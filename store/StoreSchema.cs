using JasperFx;
using Marten;
using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>Brings the schema up to date at start-up, whichever service comes first.</summary>
public sealed class StoreSchema(NpgsqlDataSource dataSource, IDocumentStore store, TimerSchema timers)
{
    private const string Builds = $"{MailRegistry.Schema}.schema_build";

    // What the schema must be is compiled in: where this very build has brought it up to date there is nothing to look for, and
    // looking takes longer than all the rest of a start.
    private static readonly string _build = $"{typeof(StoreSchema).Module.ModuleVersionId}/{typeof(TimerSchema).Module.ModuleVersionId}";

    /// <summary>
    /// Applies what is missing. Services that start together take turns at an advisory lock, since
    /// <c>create … if not exists</c> races with itself.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await IsCurrentAsync(connection, cancellationToken))
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtext('mail.schema'))", cancellationToken);
        if (await IsCurrentAsync(connection, cancellationToken))
            return;
        await timers.ApplyAsync(cancellationToken);
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        await ExecuteAsync(
            connection,
            $"""
            create table if not exists {Builds} (the_only boolean primary key default true check (the_only), build text not null);
            insert into {Builds} (build) values ('{_build}') on conflict (the_only) do update set build = excluded.build;
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var isThere = new NpgsqlCommand($"select to_regclass('{Builds}') is not null", connection);
        if (await isThere.ExecuteScalarAsync(cancellationToken) is not true)
            return false;
        await using var isBuild = new NpgsqlCommand($"select build = @build from {Builds}", connection) { Parameters = { new("build", _build) } };
        return await isBuild.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
