using System.Globalization;
using System.Text;
using MassTransit;
using MassTransit.Logging;
using RabbitMQ.Client;

namespace PostgresScheduler;

/// <summary>
/// What travelled beside a scheduling command, and belongs to the message within it: whoever schedules through a queue gives the message
/// its routing key, priority and headers by giving them to the command.
/// </summary>
internal sealed class CommandProperties
{
    // Each message gets its own of these from its serializer and its scheduler; the last ones are the broker's word on the command.
    private static readonly HashSet<string> _commands = new(StringComparer.OrdinalIgnoreCase)
    {
        MassTransit.MessageHeaders.MessageId, MassTransit.MessageHeaders.CorrelationId, MassTransit.MessageHeaders.ConversationId,
        MassTransit.MessageHeaders.RequestId, MassTransit.MessageHeaders.InitiatorId, MassTransit.MessageHeaders.SourceAddress,
        MassTransit.MessageHeaders.ResponseAddress, MassTransit.MessageHeaders.FaultAddress, MassTransit.MessageHeaders.MessageType,
        MassTransit.MessageHeaders.ContentType, MassTransit.MessageHeaders.SchedulingTokenId,
        "x-death", "x-delivery-count", "x-acquired-count",
    };

    private static readonly string[] _commandsPrefixes = ["MT-Host-", "x-first-death-", "x-last-death-"];

    private readonly IReadOnlyBasicProperties? _properties;
    private readonly string? _routingKey;

    private CommandProperties(ConsumeContext consumed)
    {
        if (consumed.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery))
            (_properties, _routingKey) = (delivery.Properties, delivery.RoutingKey);
        HasEnvelope = consumed.ReceiveContext.ContentType?.MediaType != "application/json";
        Headers = [.. Own(_properties?.Headers)];
    }

    /// <summary>Whether headers travel in the body too; else they are beside it alone.</summary>
    internal bool HasEnvelope { get; }

    /// <summary>The headers that were given for the message, as .NET values.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, object>> Headers { get; }

    internal bool Transient => _properties is { } sent && sent.IsDeliveryModePresent() && sent.DeliveryMode == DeliveryModes.Transient;

    internal TimeSpan? TimeToLive =>
        double.TryParse(_properties?.Expiration, NumberStyles.Integer, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    internal static CommandProperties Read(ConsumeContext consumed) => new(consumed);

    /// <summary>Adds to a message's properties what was given for it beside the command.</summary>
    internal MessageProperties ApplyTo(MessageProperties properties)
    {
        if (_properties is not { } sent)
            return properties;
        var headers = properties.Headers?.ToDictionary(StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        // An envelope keeps an instant as text; beside the body it has a type of its own.
        // The trace is already the one that this consumer goes on with.
        var own = MessageHeaders.Write(Headers.Where(header => header.Key != DiagnosticHeaders.ActivityId));
        foreach (var (name, value) in own ?? new(StringComparer.Ordinal))
            headers[name] = value;
        return properties with
        {
            RoutingKey = string.IsNullOrEmpty(_routingKey) ? null : _routingKey,
            Priority = sent.IsPriorityPresent() ? sent.Priority : null,
            ReplyTo = sent.ReplyTo,
            Type = sent.Type,
            AppId = sent.AppId,
            UserId = sent.UserId,
            Headers = headers,
        };
    }

    private static IEnumerable<KeyValuePair<string, object>> Own(IDictionary<string, object?>? headers)
    {
        foreach (var (name, value) in headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            if (!_commands.Contains(name)
                && !_commandsPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                && Value(value) is { } own)
            {
                yield return new(name, own);
            }
        }
    }

    private static object? Value(object? value) => value switch
    {
        byte[] text => Encoding.UTF8.GetString(text),
        AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime),
        IEnumerable<object> list => list.Select(Value).OfType<string>().ToArray(),
        _ => value,
    };
}
