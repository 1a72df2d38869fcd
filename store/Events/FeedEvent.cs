using System.Globalization;
using System.Text.Json.Nodes;

namespace Mail.Store;

/// <summary>One event.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Type">One of <see cref="EventType"/>.</param>
/// <param name="ClientId">Whose it is; null for the installation's.</param>
/// <param name="EmailId">The e-mail.</param>
/// <param name="Key">The e-mail's key in the config.</param>
/// <param name="Reason">Why; null where the type says it all.</param>
/// <param name="More">Further facts, as they stand on disk; null for none.</param>
public sealed record FeedEvent(
    EventPosition Position, string Type, string? ClientId, Guid? EmailId, string? Key, string? Reason, JsonObject? More)
{
    /// <summary>Its id in the API, which is the id of each of its deliveries.</summary>
    public Guid Id => EventId.From(Position);

    /// <summary>
    /// <c>data</c> of the API: <c>email_id</c>, <c>key</c>, <c>status</c>, <c>reason</c>, <c>sequence</c>, and what its type adds.
    /// </summary>
    public JsonObject Data()
    {
        var data = new JsonObject
        {
            ["email_id"] = EmailId?.ToString(),
            ["key"] = Key,
            ["status"] = EventType.StatusAfter(Type),
            ["reason"] = Reason,
            ["sequence"] = Position.Id,
        };
        foreach (var (name, value) in More ?? [])
            data[name] = Time(name, value) ?? value?.DeepClone();
        return data;
    }

    // Documents have times with an offset and seven digits, the API in UTC with milliseconds.
    private static JsonValue? Time(string name, JsonNode? value) =>
        (name.EndsWith("_at", StringComparison.Ordinal) || name.EndsWith("_datetime", StringComparison.Ordinal))
        && value is JsonValue word && word.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)
            ? JsonValue.Create(Format(time))
            : null;

    /// <summary>A time as the API has it.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
