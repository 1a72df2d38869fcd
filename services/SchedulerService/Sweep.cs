using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// Does a duty, batch by batch. Any number of instances; one at a time is at each duty. A batch has a transaction of its own, in which it
/// is also noted when the duty succeeded: whoever looks sees the age of that.
/// </summary>
internal sealed class Sweep(NpgsqlDataSource dataSource, ILogger<Sweep> logger)
{
    /// <summary>How long a duty rests when there is nothing more to do.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>One batch. Returns how long to rest: zero where the batch was full and there may be more.</summary>
    internal async Task<TimeSpan> RunOnceAsync(Duty duty, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (duty.PrepareAsync is { } prepare)
            await prepare(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await SweepDuties.TryBeginAsync(connection, duty.Name, cancellationToken))
            return Pause;
        await Planning.PlanForAsync(connection, WakeOverdue.BatchSize, cancellationToken);
        var done = await duty.RunAsync(connection, cancellationToken);
        await SweepDuties.SucceedAsync(connection, duty.Name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        done.Tell();
        return done.More ? TimeSpan.Zero : Pause;
    }

    /// <summary>Notes why a duty failed, where it can be noted.</summary>
    internal async Task TellFailureAsync(Duty duty, Exception failure, CancellationToken cancellationToken)
    {
        logger.DutyFailed(failure, duty.Name);
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await SweepDuties.FailAsync(connection, duty.Name, failure.Message, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // The database is away: its age says so, and the log why.
        }
    }

    /// <summary>Forgets what is known of a duty that this installation does not have.</summary>
    internal async Task RemoveAsync(string duty, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await SweepDuties.RemoveAsync(connection, duty, cancellationToken);
    }
}
