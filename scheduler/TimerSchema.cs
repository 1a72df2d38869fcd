using Npgsql;

namespace PostgresScheduler;

/// <summary>Brings the timer table's schema up to date: numbered, forward-only scripts, each applied once.</summary>
public sealed class TimerSchema(NpgsqlDataSource dataSource, PostgresSchedulerOptions options)
{
    private readonly SchemaSteps _steps = new(dataSource, options.Schema, typeof(TimerSchema).Assembly, turn: $"{options.Schema}.timers");

    /// <summary>Applies what is missing. Instances that start together take turns at an advisory lock.</summary>
    public Task ApplyAsync(CancellationToken cancellationToken) => _steps.ApplyAsync(cancellationToken);
}
