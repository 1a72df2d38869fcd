using MassTransit;
using MassTransit.Context;
using MassTransit.Scheduling;
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

    /// <summary>Takes the payload of a <see cref="ScheduleMessage"/> out, in the envelope of the message that brought it.</summary>
    internal static TimedMessage Unwrap(ConsumeContext<ScheduleMessage> consumed)
    {
        var command = consumed.Message;
        if (command.Destination is null || command.Payload is null || command.PayloadType is not { Length: > 0 }
            || command.CorrelationId == Guid.Empty)
        {
            throw new ArgumentException(
                $"ScheduleMessage {consumed.MessageId} lacks its destination, payload, payload type or correlation id.", nameof(consumed));
        }

        var context = new MessageSendContext<ScheduleMessage>(command)
        {
            DestinationAddress = command.Destination,
            SourceAddress = consumed.SourceAddress,
            ResponseAddress = consumed.ResponseAddress,
            FaultAddress = consumed.FaultAddress,
            MessageId = consumed.MessageId,
            RequestId = consumed.RequestId,
            CorrelationId = consumed.CorrelationId,
            ConversationId = consumed.ConversationId,
            InitiatorId = consumed.InitiatorId,
            ScheduledMessageId = command.CorrelationId,
            TimeToLive = consumed.ExpirationTime - consumed.SentTime,
            Serializer = consumed.SerializerContext.GetMessageSerializer(command.Payload, command.PayloadType),
        };
        foreach (var (name, value) in consumed.Headers.GetAll())
            context.Headers.Set(name, value);
        return From(context, command.Destination, DueTime.From(command.ScheduledTime), command.CorrelationId);
    }

    private static TimedMessage From<T>(SendContext<T> context, Uri destination, DateTimeOffset due, Guid tokenId)
        where T : class
    {
        // Sagas tell by the token whether a timeout is the one that they wait for.
        context.Headers.Set(MassTransit.MessageHeaders.SchedulingTokenId, (context.ScheduledMessageId ?? tokenId).ToString("D"));
        // First the body: serializers without an envelope put ids and message type into the headers.
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        SchedulerTracing.Stamp(context.Headers);
        return new(tokenId, due, destination, context.ContentType!.ToString(), MessageProperties.From(context), body);
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
