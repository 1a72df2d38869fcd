using MassTransit;
using MassTransit.Context;
using MassTransit.Scheduling;

namespace PostgresScheduler;

/// <summary>
/// The message within a scheduling command, as whoever sent the command would have sent it: with the ids, headers and properties that were
/// given for it, and nothing of the command's own. Serialized as the command was.
/// </summary>
internal static class ScheduledPayload
{
    // What a clock may be ahead of ours before what it says is not taken for a time at all.
    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(1);

    /// <summary>Takes the message out of a command that schedules it once.</summary>
    /// <exception cref="ArgumentException">The command lacks what it takes.</exception>
    internal static TimedMessage Unwrap(ConsumeContext<ScheduleMessage> consumed, DateTimeOffset? asked)
    {
        var command = consumed.Message;
        if (command.Destination is null || command.Payload is null || command.PayloadType is not { Length: > 0 }
            || command.CorrelationId == Guid.Empty)
        {
            throw new ArgumentException(
                $"ScheduleMessage {consumed.MessageId} lacks its destination, payload, payload type or correlation id.", nameof(consumed));
        }

        return Unwrap(
            consumed, command.Payload, command.PayloadType, command.Destination, DueTime.From(command.ScheduledTime), command.CorrelationId)
            with { AskedAt = asked };
    }

    /// <summary>
    /// Whether a command is of a type. Raw JSON passes for every type, and says in a header which it is; without one it is taken for what
    /// applications send by hand.
    /// </summary>
    internal static bool Is<T>(ConsumeContext<T> consumed)
        where T : class => consumed.SupportedMessageTypes.Any()
        ? consumed.SupportedMessageTypes.Contains(MessageUrn.ForTypeString<T>(), StringComparer.OrdinalIgnoreCase)
        : consumed.Message is ScheduleMessage || (consumed.Message is CancelScheduledMessage cancel && cancel.TokenId != Guid.Empty);

    /// <summary>
    /// When a command was sent, by its sender's clock. Without an envelope that is read from the message's id, which says it only where
    /// MassTransit made it: null where it can't be true.
    /// </summary>
    internal static DateTimeOffset? AskedAt(ConsumeContext consumed, DateTimeOffset now) =>
        consumed.SentTime is { } sent && DueTime.From(sent) is var asked && asked <= now + _ahead ? asked : null;

    /// <summary>Takes the message out of a command.</summary>
    internal static TimedMessage Unwrap<T>(
        ConsumeContext<T> consumed, object payload, string[] types, Uri destination, DateTimeOffset due, Guid tokenId)
        where T : class
    {
        var travelled = CommandProperties.Read(consumed);
        var context = new MessageSendContext<T>(consumed.Message)
        {
            DestinationAddress = InFull(destination, consumed.ReceiveContext.InputAddress),
            SourceAddress = consumed.SourceAddress,
            ResponseAddress = consumed.ResponseAddress,
            FaultAddress = consumed.FaultAddress,
            MessageId = consumed.MessageId,
            RequestId = consumed.RequestId,
            // MassTransit gives a command the correlation id of its own contract, which is the token.
            CorrelationId = consumed.CorrelationId == tokenId ? null : consumed.CorrelationId,
            ConversationId = consumed.ConversationId,
            InitiatorId = consumed.InitiatorId,
            ScheduledMessageId = tokenId,
            TimeToLive = travelled.TimeToLive ?? (consumed.ExpirationTime - consumed.SentTime),
            SupportedMessageTypes = types,
            Durable = !travelled.Transient,
            Serializer = consumed.SerializerContext.GetMessageSerializer(payload, types),
        };
        foreach (var (name, value) in travelled.HasEnvelope ? consumed.Headers.GetAll() : travelled.Headers)
            context.Headers.Set(name, value);
        var timed = MessageEnvelope.From(context, destination, due, tokenId);
        return timed with { Properties = travelled.ApplyTo(timed.Properties) };
    }

    // An envelope says the whole address, and a command as much of it as its sender knew.
    private static Uri InFull(Uri destination, Uri queue) => destination.Scheme is "exchange" or "queue"
        ? new RabbitMqEndpointAddress(new Uri(new Uri(queue, ".").AbsoluteUri.TrimEnd('/')), destination)
        : destination;
}
