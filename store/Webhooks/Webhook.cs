namespace Mail.Store;

/// <summary>Where a client wants to be told of events: a place in the feed, and how it has gone.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="ClientId">Whose it is.</param>
/// <param name="Url">Where to.</param>
/// <param name="Types">Of <see cref="EventType"/>; empty for all.</param>
/// <param name="Description">For people.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Webhook(
    Guid Id, string ClientId, string Url, IReadOnlyList<string> Types, string? Description, DateTimeOffset CreatedAt)
{
    /// <summary>Since when it is disabled; null where it is not.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Why: one of <see cref="WebhookDisabling"/>.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Up to where the feed has been delivered, or what failed has a delivery of its own.</summary>
    public required FeedCursor Cursor { get; init; }

    /// <summary>Of events up to here nobody knows whether they were told.</summary>
    public EventPosition ToldSince { get; init; }

    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>The first failure since the last success; null where the last was none.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>How many events in a row failed at their first try.</summary>
    public int Failures { get; init; }

    /// <summary>Until when it is left in peace with new events.</summary>
    public DateTimeOffset? RestUntil { get; init; }

    /// <summary>Until when the endpoint itself asked to be left in peace, with what is tried again, too.</summary>
    public DateTimeOffset? AskedUntil { get; init; }

    /// <summary>The last try, whatever it came to.</summary>
    public WebhookAnswer? Last { get; init; }
}

/// <summary>What a try came to.</summary>
/// <param name="At">When.</param>
/// <param name="Status">The HTTP status; null where there was no answer.</param>
/// <param name="Error">What went wrong; null for a success.</param>
/// <param name="Answer">The first 4 KiB of the answer, for the client alone.</param>
public sealed record WebhookAnswer(DateTimeOffset At, int? Status, string? Error, string? Answer)
{
    /// <summary>For how long the endpoint asked to be left in peace; null where it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why a webhook is disabled.</summary>
public static class WebhookDisabling
{
    /// <summary>It answered 410: it wants no more.</summary>
    public const string Gone = "gone";

    /// <summary>Nothing succeeded for five days.</summary>
    public const string Failing = "no_success_for_5_days";
}

/// <summary>A delivery that failed at its first try, or a test.</summary>
/// <param name="EventId">The event.</param>
/// <param name="State">One of <see cref="DeliveryState"/>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastStatus">The HTTP status of the last try; null where there was no answer.</param>
/// <param name="NextAttemptAt">When it is tried again.</param>
/// <param name="LastError">What went wrong at the last try.</param>
public sealed record WebhookDelivery(
    Guid EventId, string State, int Attempts, int? LastStatus, DateTimeOffset? NextAttemptAt, string? LastError = null);

/// <summary>Where a delivery stands; the place in the list is the number on disk.</summary>
public static class DeliveryState
{
    /// <summary>It is tried again.</summary>
    public const string Pending = "pending";

    /// <summary>The endpoint answered 2xx.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>It is given up.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Succeeded, Failed];
}

/// <summary>A field that says where a delivery stands.</summary>
public sealed class DeliveryStateAttribute() : WordsAttribute(
    "`pending`: it is tried again. `succeeded`: the endpoint answered 2xx. `failed`: it is given up.", DeliveryState.All);
