using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// Writes timers in a transaction of their own, or in the caller's: then they exist if and only if the caller commits.
/// </summary>
internal sealed class TimerWriter(
    TimerTable timers, TimerSchema schema, NpgsqlDataSource dataSource, TimeProvider time, NpgsqlTransaction? transaction = null)
{
    /// <summary>
    /// The instant at which a caller asks for something. Taken before anything is waited for: who asked last decides, not whose statement
    /// came last.
    /// </summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    internal TimerWriter EnlistIn(NpgsqlTransaction callers) => new(timers, schema, dataSource, time, callers);

    internal Task ScheduleAsync(IReadOnlyCollection<TimedMessage> messages, CancellationToken cancellationToken) =>
        WithConnectionAsync(connection => timers.ScheduleAsync(connection, messages, cancellationToken), cancellationToken);

    internal Task CancelAsync(IReadOnlyCollection<Guid> tokenIds, DateTimeOffset? asked, CancellationToken cancellationToken) =>
        WithConnectionAsync(connection => timers.CancelAsync(connection, tokenIds, asked, cancellationToken), cancellationToken);

    private async Task WithConnectionAsync(Func<NpgsqlConnection, Task> write, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        if (transaction is not null)
        {
            await write(transaction.Connection
                ?? throw new InvalidOperationException("The transaction that this scheduler is enlisted in is over."));
            return;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await write(connection);
    }
}
