using System.Reflection;
using Npgsql;

namespace PostgresScheduler;

/// <summary>Brings the timer table's schema up to date: numbered, forward-only scripts, each applied once.</summary>
public sealed class TimerSchema(NpgsqlDataSource dataSource, PostgresSchedulerOptions options)
{
    /// <summary>
    /// Applies what is missing. Instances that start together take turns at an advisory lock, since
    /// <c>create … if not exists</c> races with itself.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute($"select pg_advisory_xact_lock(hashtext('{options.Schema}.timers'))");
        await Execute($"create schema if not exists {options.Schema}");
        await Execute($"create table if not exists {options.Schema}.schema_version (version int primary key, applied_at timestamptz not null default now())");
        foreach (var (version, script) in Scripts())
        {
            await using var command = new NpgsqlCommand($"select exists (select from {options.Schema}.schema_version where version = {version})", connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                continue;
            await Execute(script.Replace("{schema}", options.Schema, StringComparison.Ordinal));
            await Execute($"insert into {options.Schema}.schema_version (version) values ({version})");
        }

        await transaction.CommitAsync(cancellationToken);

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static IEnumerable<(int Version, string Script)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.Split('.')[^2].Split('_')[0], System.Globalization.CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
