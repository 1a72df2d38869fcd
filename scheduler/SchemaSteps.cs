using System.Globalization;
using System.Reflection;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Numbered, forward-only steps of a schema, the scripts embedded in an assembly, each applied once. A step leaves what the
/// version before it needs, since that still runs while instances are replaced one after another.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="schema">The schema: what scripts call <c>{schema}</c>. A plain SQL identifier.</param>
/// <param name="scripts">The assembly whose embedded <c>.sql</c> files are the scripts.</param>
/// <param name="turn">The name of the advisory lock at which those that start together take turns.</param>
internal sealed class SchemaSteps(NpgsqlDataSource dataSource, string schema, Assembly scripts, string turn)
{
    private readonly IReadOnlyList<(int Version, string Script)> _steps = [.. EmbeddedIn(scripts)];

    /// <summary>Applies what is missing, all of it or nothing. In turns, since <c>create … if not exists</c> races with itself.</summary>
    internal async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await VersionAsync(connection, cancellationToken) >= _steps[^1].Version)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock(hashtext('{turn}'))", cancellationToken);
        var version = await VersionAsync(connection, cancellationToken);
        if (version == 0)
        {
            await ExecuteAsync(connection, $"create schema if not exists {schema}", cancellationToken);
            await ExecuteAsync(
                connection,
                $"create table if not exists {schema}.schema_version (version int primary key, applied_at timestamptz not null "
                + "default now())",
                cancellationToken);
        }

        foreach (var step in _steps.Where(step => step.Version > version))
        {
            await ExecuteAsync(connection, step.Script.Replace("{schema}", schema, StringComparison.Ordinal), cancellationToken);
            await ExecuteAsync(connection, $"insert into {schema}.schema_version (version) values ({step.Version})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The number of the last step that was applied; 0 before the first.</summary>
    private async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Not by to_regclass, nor by "if not exists" alone: that there is none stays in the connection's cache, also when another
        // instance has made it meanwhile. (A schema called as the user is looked up with every name that has none.)
        await using var isThere = new NpgsqlCommand(
            $"select exists (select from pg_tables where schemaname = lower('{schema}') and tablename = 'schema_version')", connection);
        if (await isThere.ExecuteScalarAsync(cancellationToken) is not true)
            return 0;
        await using var version = new NpgsqlCommand($"select coalesce(max(version), 0) from {schema}.schema_version", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // An index over millions of rows takes longer than a command may otherwise.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(int Version, string Script)> EmbeddedIn(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.Split('.')[^2].Split('_')[0], CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
