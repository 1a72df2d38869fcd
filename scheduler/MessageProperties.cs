using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;

namespace PostgresScheduler;

/// <summary>What MassTransit sends beside a body: ids, addresses and transport headers.</summary>
public sealed record MessageProperties
{
    public Guid? MessageId { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? CorrelationId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? InitiatorId { get; init; }
    public Uri? SourceAddress { get; init; }
    public Uri? ResponseAddress { get; init; }
    public Uri? FaultAddress { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? Headers { get; init; }

    internal static MessageProperties From(SendContext context) => new()
    {
        MessageId = context.MessageId,
        RequestId = context.RequestId,
        CorrelationId = context.CorrelationId,
        ConversationId = context.ConversationId,
        InitiatorId = context.InitiatorId,
        SourceAddress = context.SourceAddress,
        ResponseAddress = context.ResponseAddress,
        FaultAddress = context.FaultAddress,
        Headers = context.Headers.GetAll()
            .ToDictionary(header => header.Key, header => JsonSerializer.SerializeToElement(header.Value, Json), StringComparer.Ordinal) is { Count: > 0 } headers
            ? headers
            : null,
    };

    internal void CopyTo(SendContext context)
    {
        context.MessageId = MessageId;
        context.RequestId = RequestId;
        context.CorrelationId = CorrelationId;
        context.ConversationId = ConversationId;
        context.InitiatorId = InitiatorId;
        context.SourceAddress = SourceAddress;
        context.ResponseAddress = ResponseAddress;
        context.FaultAddress = FaultAddress;
        if (Headers is null)
            return;
        foreach (var (name, value) in Headers)
            context.Headers.Set(name, HeaderValue(value), overwrite: true);
    }

    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    internal static MessageProperties Parse(string json) => JsonSerializer.Deserialize<MessageProperties>(json, Json)!;

    private static object? HeaderValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
