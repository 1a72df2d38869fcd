using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mail.Store;

namespace Mail.ConfigService.Events;

/// <summary>One event. A webhook's delivery has the same type, time and data.</summary>
/// <param name="Id">Its id, which each delivery has as <c>webhook-id</c>.</param>
/// <param name="Type">What happened.</param>
/// <param name="Timestamp">When, by the database's clock.</param>
/// <param name="ClientId">Whose it is; null for the installation's.</param>
/// <param name="Data">To what.</param>
internal sealed record EventView(Guid Id, [property: EventType] string Type, DateTimeOffset Timestamp, string? ClientId, EventData Data)
{
    internal EventView(FeedEvent of)
        : this(of.Id, of.Type, of.Position.At, of.ClientId, EventData.From(of))
    {
    }
}

/// <summary>What an event is about.</summary>
/// <param name="EmailId">The e-mail; null where it is about none.</param>
/// <param name="Key">The e-mail's key in the config.</param>
/// <param name="Status">Where the e-mail stands after it.</param>
/// <param name="Reason">
/// Why: of a cancellation, of a hold, or the row of the table of verdicts for what failed; null where there is none.
/// </param>
/// <param name="Sequence">Grows from event to event of an e-mail; the order of the feed is its own.</param>
internal sealed record EventData(
    Guid? EmailId, string? Key, [property: EmailStatus] string? Status, string? Reason, long Sequence)
{
    /// <summary><c>email.moved</c>: when it is due now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ScheduledDatetime { get; private init; }

    /// <summary><c>email.attempt_failed</c>: when it is tried again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextAttemptAt { get; private init; }

    /// <summary><c>config.saved</c>: the revision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Revision { get; private init; }

    /// <summary><c>template.saved</c>: the template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; private init; }

    /// <summary><c>template.saved</c>: its new version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; private init; }

    /// <summary><c>hold.started</c>, <c>hold.ended</c>: who did it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; private init; }

    /// <summary><c>sender.blocked</c>, <c>sender.ready</c>: the sender's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; private init; }

    /// <summary><c>webhook.disabled</c>: the webhook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? WebhookId { get; private init; }

    internal static EventData From(FeedEvent of) =>
        new(of.EmailId, of.Key, EventType.StatusAfter(of.Type), of.Reason, of.Position.Id)
        {
            ScheduledDatetime = Value<DateTimeOffset?>(of.More, "scheduled_datetime"),
            NextAttemptAt = Value<DateTimeOffset?>(of.More, "next_attempt_at"),
            Revision = Value<long?>(of.More, "revision"),
            Name = Value<string?>(of.More, "name"),
            Version = Value<int?>(of.More, "version"),
            By = Value<string?>(of.More, "by"),
            Instance = Value<string?>(of.More, "instance"),
            WebhookId = Value<Guid?>(of.More, "webhook_id"),
        };

    private static T? Value<T>(JsonObject? more, string name) => more?[name] is { } value ? value.GetValue<T>() : default;
}
