using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>
/// Brings the schema up to date at start-up, whichever service comes first: numbered, forward-only steps, each applied once.
/// </summary>
public sealed class StoreSchema(NpgsqlDataSource dataSource, TimerSchema timers)
{
    /// <summary>The advisory lock at which services take turns that change the schema.</summary>
    internal const string Turn = $"{MailRegistry.Schema}.schema";

    private readonly SchemaSteps _steps = new(dataSource, MailRegistry.Schema, typeof(StoreSchema).Assembly, Turn);

    /// <summary>Applies what is missing. Services that start together take turns at an advisory lock.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await timers.ApplyAsync(cancellationToken);
        await _steps.ApplyAsync(cancellationToken);
    }

    /// <summary>
    /// Gives the roles <c>mail_config</c>, <c>mail_scheduler</c> and <c>mail_sender</c> what each service needs, where all three are
    /// there. For the owner of the tables.
    /// </summary>
    /// <returns>Whether they are there.</returns>
    public async Task<bool> GrantAsync(CancellationToken cancellationToken)
    {
        await using var areThere = dataSource.CreateCommand(
            "select count(*) = 3 from pg_roles where rolname in ('mail_config', 'mail_scheduler', 'mail_sender')");
        if (await areThere.ExecuteScalarAsync(cancellationToken) is not true)
            return false;
        using var script = new StreamReader(typeof(StoreSchema).Assembly.GetManifestResourceStream("Roles")!);
        await using var grant = dataSource.CreateCommand(await script.ReadToEndAsync(cancellationToken));
        await grant.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }
}
