using MassTransit;
using MassTransit.Scheduling;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// MassTransit's <see cref="IMessageScheduler"/> with the timer table behind it, and beside it bulk calls (one row a round
/// trip is what makes schedulers slow) and schedulers that write in the caller's transaction.
/// </summary>
public sealed class PostgresMessageScheduler : MessageScheduler
{
    private readonly ISendEndpointProvider _bus;
    private readonly IBusTopology _topology;
    private readonly TimerWriter _writer;

    internal PostgresMessageScheduler(ISendEndpointProvider bus, IBusTopology topology, TimerWriter writer)
        : base(new PostgresScheduleMessageProvider(bus, writer), topology) =>
        (_bus, _topology, _writer) = (bus, topology, writer);

    /// <summary>
    /// A scheduler that writes in a transaction of the caller's: what it schedules and cancels exists if and only if the
    /// caller commits. With a due time of now or earlier it is a transactional outbox. The transaction is one of the
    /// scheduler's own database.
    /// </summary>
    public IMessageScheduler EnlistIn(NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new MessageScheduler(new PostgresScheduleMessageProvider(_bus, _writer.EnlistIn(transaction)), _topology);
    }

    /// <summary>Schedules many messages of one type in one statement: all of them, or none.</summary>
    /// <param name="destination">A MassTransit address, for example <c>exchange:orders</c>.</param>
    /// <param name="messages">The messages, each with its due time and token. The same token replaces what it scheduled before.</param>
    /// <param name="transaction">A transaction to enlist in; null for one of its own.</param>
    /// <param name="cancellationToken">Abandons the call; whether it took effect is then unknown.</param>
    public async Task ScheduleSendBatch<T>(
        Uri destination, IEnumerable<(Guid TokenId, DateTimeOffset Due, T Message)> messages, NpgsqlTransaction? transaction = null,
        CancellationToken cancellationToken = default)
        where T : class
    {
        var asked = _writer.Now;
        var timed = new List<TimedMessage>();
        foreach (var (tokenId, due, message) in messages)
        {
            var one = await MessageEnvelope.Seal(_bus, message, destination, due, tokenId, Pipe.Empty<SendContext<T>>(), cancellationToken);
            timed.Add(one with { AskedAt = asked });
        }

        await Writer(transaction).ScheduleAsync(timed, cancellationToken);
    }

    /// <summary>Cancels many scheduled messages in one statement, those included whose schedule is still under way.</summary>
    public Task CancelScheduledSendBatch(
        IReadOnlyCollection<Guid> tokenIds, NpgsqlTransaction? transaction = null, CancellationToken cancellationToken = default) =>
        Writer(transaction).CancelAsync(tokenIds, _writer.Now, cancellationToken);

    private TimerWriter Writer(NpgsqlTransaction? transaction) => transaction is null ? _writer : _writer.EnlistIn(transaction);
}
