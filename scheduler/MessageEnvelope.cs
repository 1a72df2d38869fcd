using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using MassTransit.Transports;

namespace PostgresScheduler;

/// <summary>Serializes messages into <see cref="TimedMessage"/>s, in MassTransit's own envelope.</summary>
public static class MessageEnvelope
{
    /// <summary>
    /// Seals a message without a bus, in MassTransit's JSON envelope: for a process that only commits messages, in the
    /// transaction of what they tell of, and leaves publishing to the dispatcher.
    /// </summary>
    public static TimedMessage Seal<T>(T message, Uri destination, DateTimeOffset due, Guid tokenId)
        where T : class
    {
        var context = new MessageSendContext<T>(message)
        {
            DestinationAddress = destination,
            ConversationId = NewId.NextGuid(),
            ScheduledMessageId = tokenId,
            Serializer = SystemTextJsonMessageSerializer.Instance,
        };
        return From(context, destination, due, tokenId);
    }

    /// <summary>Seals a message as the bus would send it: its serializer, its send filters, its addresses.</summary>
    internal static async Task<TimedMessage> Seal<T>(
        ISendEndpointProvider bus, T message, Uri destination, DateTimeOffset due, Guid tokenId, IPipe<SendContext<T>> pipe,
        CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(destination);
        var transport = endpoint as ITransportSendEndpoint
            ?? throw new NotSupportedException(
                $"The endpoint {destination} ({endpoint.GetType().Name}) cannot create a send context without sending.");
        var context = await transport.CreateSendContext(message, new TokenPipe<T>(tokenId, pipe), cancellationToken);
        return From(context, destination, due, context.ScheduledMessageId ?? tokenId);
    }

    /// <summary>Serializes the message of a send context that has all that is to travel with it.</summary>
    internal static TimedMessage From<T>(SendContext<T> context, Uri destination, DateTimeOffset due, Guid tokenId)
        where T : class
    {
        // Sagas tell by the token whether a timeout is the one that they wait for.
        context.Headers.Set(MassTransit.MessageHeaders.SchedulingTokenId, (context.ScheduledMessageId ?? tokenId).ToString("D"));
        // First the body: serializers without an envelope put ids and message type into the headers. Those with one write the instant at
        // which the message expires, and count from now; the broker counts from when it gets the message.
        var life = context.TimeToLive;
        context.TimeToLive = life is { } fromDue ? FromNow(fromDue, due) : null;
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        context.TimeToLive = life;
        SchedulerTracing.Stamp(context.Headers);
        return new(tokenId, due, destination, context.ContentType!.ToString(), MessageProperties.From(context), body);
    }

    /// <summary>A time to live that is counted from the due time, counted from now: by the clock that serializers add it to.</summary>
    private static TimeSpan FromNow(TimeSpan life, DateTimeOffset due)
    {
        var now = TimeProvider.System.GetUtcNow();
        var wait = due > now ? due - now : TimeSpan.Zero;
        // To the end of the calendar, and no further.
        var longest = DateTimeOffset.MaxValue - now - TimeSpan.FromDays(1);
        return life > longest - wait ? longest : life + wait;
    }

    private sealed class TokenPipe<T>(Guid tokenId, IPipe<SendContext<T>> next) : IPipe<SendContext<T>>
        where T : class
    {
        public async Task Send(SendContext<T> context)
        {
            context.ScheduledMessageId = tokenId;
            context.ConversationId ??= NewId.NextGuid();
            if (next.IsNotEmpty())
                await next.Send(context);
        }

        public void Probe(ProbeContext context) => next.Probe(context);
    }
}
