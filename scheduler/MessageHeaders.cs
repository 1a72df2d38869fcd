using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;

namespace PostgresScheduler;

/// <summary>
/// Headers as JSON and as AMQP field values, with the conversions of MassTransit's RabbitMQ transport: what it would
/// not put beside a message (objects, <see langword="false"/>) stays in the envelope alone.
/// </summary>
internal static class MessageHeaders
{
    private const string Timestamp = "timestamp";

    // What the transport says of the delivery that a message came with: it is not true of the message that is sent on.
    private static readonly HashSet<string> _ofADelivery = new(StringComparer.OrdinalIgnoreCase)
    {
        "RabbitMQ-ExchangeName", "RabbitMQ-RoutingKey", "RabbitMQ-DeliveryTag", "RabbitMQ-ConsumerTag",
    };

    internal static Dictionary<string, JsonElement>? Write(IEnumerable<KeyValuePair<string, object>> headers)
    {
        Dictionary<string, JsonElement>? written = null;
        foreach (var (name, value) in headers)
        {
            if (!_ofADelivery.Contains(name) && Convertible(name, value) is { } convertible)
                (written ??= new(StringComparer.Ordinal))[name] = JsonSerializer.SerializeToElement(convertible, convertible.GetType());
        }

        return written;
    }

    internal static Dictionary<string, object?>? Read(IReadOnlyDictionary<string, JsonElement>? headers) =>
        headers?.ToDictionary(header => header.Key, header => Value(header.Value), StringComparer.Ordinal);

    private static object? Convertible(string name, object? value) => value switch
    {
        // RabbitMQ routes by these two, and refuses them unless they are lists.
        string text when name is "CC" or "BCC" => new[] { text },
        string or string[] => value,
        Guid or Uri => value.ToString(),
        true => bool.TrueString,
        DateTimeOffset time => new Dictionary<string, long>(StringComparer.Ordinal) { [Timestamp] = time.ToUnixTimeSeconds() },
        DateTime time => new Dictionary<string, long>(StringComparer.Ordinal)
        {
            [Timestamp] = new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeSeconds(),
        },
        IEnumerable<string> texts => texts.ToArray(),
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
        IFormattable formattable => formattable.ToString(),
        _ => null,
    };

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(item => (object?)item.GetString()).ToList(),
        JsonValueKind.Object => new AmqpTimestamp(value.GetProperty(Timestamp).GetInt64()),
        _ => null,
    };
}
