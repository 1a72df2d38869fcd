using MassTransit;
using MassTransit.Scheduling;

namespace PostgresScheduler;

/// <summary>MassTransit's own seam for schedulers: a scheduled message is a row, a cancelled one a tombstone.</summary>
internal sealed class PostgresScheduleMessageProvider(ISendEndpointProvider bus, TimerWriter writer) : IScheduleMessageProvider
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        var asked = writer.Now;
        var tokenId = ScheduleTokenIdCache<T>.GetTokenId(message);
        var timed = await MessageEnvelope.Seal(
            bus, message, destinationAddress, DueTime.From(scheduledTime), tokenId, pipe, cancellationToken);
        await writer.ScheduleAsync([timed with { AskedAt = asked }], cancellationToken);
        return new ScheduledMessageHandle<T>(timed.TokenId, scheduledTime, destinationAddress, message);
    }

    public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) =>
        writer.CancelAsync([tokenId], writer.Now, cancellationToken);

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        CancelScheduledSend(tokenId, cancellationToken);
}
