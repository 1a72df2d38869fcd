using Npgsql;

namespace PostgresScheduler;

/// <summary>Brings the timer table's schema up to date: numbered, forward-only scripts, each applied once.</summary>
public sealed class TimerSchema(NpgsqlDataSource dataSource, PostgresSchedulerOptions options)
{
    private readonly SchemaSteps _steps = new(dataSource, options.Schema, typeof(TimerSchema).Assembly, turn: $"{options.Schema}.timers");

    private volatile bool _applied;

    /// <summary>Applies what is missing. Instances that start together take turns at an advisory lock.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await _steps.ApplyAsync(cancellationToken);
        _applied = true;
    }

    /// <summary>
    /// Applies what is missing, where this process has not yet done it: for whoever schedules before the hosted services have started, as
    /// the consumers of a bus that starts first can.
    /// </summary>
    internal ValueTask EnsureAsync(CancellationToken cancellationToken) => _applied ? default : new(ApplyAsync(cancellationToken));
}
