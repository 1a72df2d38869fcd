using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>Brings the schema up to date at start-up, whichever service comes first: numbered, forward-only steps, each applied once.</summary>
public sealed class StoreSchema(NpgsqlDataSource dataSource, TimerSchema timers)
{
    /// <summary>The advisory lock at which services take turns that change the schema.</summary>
    internal const string Turn = $"{MailRegistry.Schema}.schema";

    private readonly SchemaSteps _steps = new(dataSource, MailRegistry.Schema, Turn);

    /// <summary>Applies what is missing. Services that start together take turns at an advisory lock.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await timers.ApplyAsync(cancellationToken);
        await _steps.ApplyAsync(cancellationToken);
    }
}
