using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;
using MassTransit.Logging;
using RabbitMQ.Client;

namespace PostgresScheduler;

/// <summary>
/// What travels beside a body: the basic properties of AMQP 0-9-1 that MassTransit sets, and the headers. Kept as JSON
/// in the timer table; a member that is null is not sent.
/// </summary>
public sealed record MessageProperties
{
    public Guid? MessageId { get; init; }
    public Guid? CorrelationId { get; init; }
    public string? RoutingKey { get; init; }
    public byte? Priority { get; init; }
    public string? ReplyTo { get; init; }
    public string? Type { get; init; }
    public string? AppId { get; init; }
    public string? UserId { get; init; }

    /// <summary>How long the message lives, counted from when it is published: from its due time, not from when it was scheduled.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>
    /// How long after its due time the message may still be published; where it is later than that, it is dropped. Left out, it is
    /// published however late it is.
    /// </summary>
    public TimeSpan? NotLaterThan { get; init; }

    /// <summary>Whether the message may be lost with the broker; left out, it may not.</summary>
    public bool? Transient { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Headers { get; init; }

    internal static MessageProperties From(SendContext context)
    {
        var rabbit = context as RabbitMqSendContext;
        return new()
        {
            MessageId = context.MessageId,
            CorrelationId = context.CorrelationId,
            RoutingKey = string.IsNullOrEmpty(rabbit?.RoutingKey) ? null : rabbit.RoutingKey,
            Priority = rabbit?.BasicProperties.IsPriorityPresent() is true ? rabbit.BasicProperties.Priority : null,
            ReplyTo = rabbit?.BasicProperties.ReplyTo,
            Type = rabbit?.BasicProperties.Type,
            AppId = rabbit?.BasicProperties.AppId,
            UserId = rabbit?.BasicProperties.UserId,
            TimeToLive = context.TimeToLive,
            Transient = context.Durable ? null : true,
            Headers = MessageHeaders.Write(context.Headers.GetAll()),
        };
    }

    /// <param name="contentType">The media type of the body.</param>
    /// <param name="span">What whoever consumes it goes on from.</param>
    internal BasicProperties ToBasicProperties(string contentType, Activity? span)
    {
        var properties = new BasicProperties
        {
            ContentType = contentType,
            Persistent = Transient is not true,
            MessageId = MessageId?.ToString(),
            CorrelationId = CorrelationId?.ToString(),
            ReplyTo = ReplyTo,
            Type = Type,
            AppId = AppId,
            UserId = UserId,
            Headers = MessageHeaders.Read(Headers),
        };
        if (span is { Recorded: true })
            (properties.Headers ??= new Dictionary<string, object?>(StringComparer.Ordinal))[DiagnosticHeaders.ActivityId] = span.Id;
        if (Priority is { } priority)
            properties.Priority = priority;
        // Milliseconds as text; a message that should already be gone still gets a moment, as MassTransit gives it.
        if (TimeToLive is { } life)
        {
            properties.Expiration = (life > TimeSpan.Zero ? life : TimeSpan.FromSeconds(1)).TotalMilliseconds
                .ToString("F0", CultureInfo.InvariantCulture);
        }

        return properties;
    }

    internal string ToJson() => JsonSerializer.Serialize(this, _json);

    internal static MessageProperties Parse(string json) => JsonSerializer.Deserialize<MessageProperties>(json, _json)!;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
