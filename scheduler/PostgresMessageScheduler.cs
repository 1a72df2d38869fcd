using MassTransit;
using MassTransit.Scheduling;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// MassTransit's <see cref="IMessageScheduler"/> with the timer table behind it, and bulk calls beside it: one row a
/// round trip is what makes schedulers slow.
/// </summary>
public sealed class PostgresMessageScheduler(IBus bus, TimerTable timers, NpgsqlDataSource dataSource)
    : MessageScheduler(new PostgresScheduleMessageProvider(bus, timers, dataSource), bus.Topology)
{
    /// <summary>Schedules many messages of one type in one statement: all of them, or none.</summary>
    /// <param name="destination">A MassTransit address, for example <c>exchange:orders</c>.</param>
    /// <param name="messages">The messages, each with its due time and token. The same token replaces what it scheduled before.</param>
    /// <param name="cancellationToken">Abandons the call; whether it took effect is then unknown.</param>
    public async Task ScheduleSend<T>(Uri destination, IEnumerable<(Guid TokenId, DateTimeOffset Due, T Message)> messages, CancellationToken cancellationToken = default)
        where T : class
    {
        var timed = new List<TimedMessage>();
        foreach (var (tokenId, due, message) in messages)
            timed.Add(await Envelope.Seal(bus, message, destination, due, tokenId, Pipe.Empty<SendContext<T>>(), cancellationToken));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await timers.ScheduleAsync(connection, timed, cancellationToken);
    }

    /// <summary>Cancels many scheduled messages in one statement, those included whose schedule is still under way.</summary>
    public async Task CancelScheduledSend(IReadOnlyCollection<Guid> tokenIds, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await timers.CancelAsync(connection, tokenIds, cancellationToken);
    }
}
