using MassTransit;
using MassTransit.Scheduling;
using Npgsql;

namespace PostgresScheduler;

/// <summary>MassTransit's own seam for schedulers: a scheduled message is a row, a cancelled one a tombstone.</summary>
internal sealed class PostgresScheduleMessageProvider(ISendEndpointProvider bus, TimerTable timers, NpgsqlDataSource dataSource) : IScheduleMessageProvider
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        var tokenId = ScheduleTokenIdCache<T>.GetTokenId(message);
        var due = new DateTimeOffset(scheduledTime.Kind == DateTimeKind.Local ? scheduledTime.ToUniversalTime() : DateTime.SpecifyKind(scheduledTime, DateTimeKind.Utc));
        var timed = await Envelope.Seal(bus, message, destinationAddress, due, tokenId, pipe, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await timers.ScheduleAsync(connection, [timed], cancellationToken);
        return new ScheduledMessageHandle<T>(timed.TokenId, scheduledTime, destinationAddress, message);
    }

    public async Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await timers.CancelAsync(connection, [tokenId], cancellationToken);
    }

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        CancelScheduledSend(tokenId, cancellationToken);
}
