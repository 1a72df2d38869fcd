using System.Globalization;
using System.Reflection;
using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>
/// Brings the schema up to date at start-up, whichever service comes first: numbered, forward-only steps, each applied once.
/// A step leaves what the version before it needs, since that still runs while services are replaced one after another.
/// </summary>
public sealed class StoreSchema(NpgsqlDataSource dataSource, TimerSchema timers)
{
    private const string Versions = $"{MailRegistry.Schema}.schema_version";

    private static readonly IReadOnlyList<(int Version, string Script)> _steps = [.. Steps()];

    /// <summary>
    /// Applies what is missing, all of it or nothing. Services that start together take turns at an advisory lock, since
    /// <c>create … if not exists</c> races with itself.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await timers.ApplyAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await VersionAsync(connection, cancellationToken) >= _steps[^1].Version)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtext('mail.schema'))", cancellationToken);
        var version = await VersionAsync(connection, cancellationToken);
        foreach (var step in _steps.Where(step => step.Version > version))
        {
            await ExecuteAsync(connection, step.Script, cancellationToken);
            await ExecuteAsync(
                connection,
                $"""
                create table if not exists {Versions} (version int primary key, applied_at timestamptz not null default now());
                insert into {Versions} (version) values ({step.Version});
                """,
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The number of the last step that was applied; 0 before the first.</summary>
    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Not by to_regclass: that there is none stays in the connection's cache, also when another service has made it meanwhile.
        await using var isThere = new NpgsqlCommand($"select exists (select from pg_tables where schemaname || '.' || tablename = '{Versions}')", connection);
        if (await isThere.ExecuteScalarAsync(cancellationToken) is not true)
            return 0;
        await using var version = new NpgsqlCommand($"select coalesce(max(version), 0) from {Versions}", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // An index over millions of e-mails takes longer than a command may otherwise.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(int Version, string Script)> Steps()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.Split('.')[^2].Split('_')[0], CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
