namespace Mail.Store;

/// <summary>A step of a webhook along the feed.</summary>
/// <param name="Next">Up to where it has come.</param>
/// <param name="Succeeded">Whether any delivery of it succeeded.</param>
/// <param name="Failed">Those that did not.</param>
/// <param name="Last">The answer to the last one; null where nothing was delivered.</param>
public sealed record WebhookStep(FeedCursor Next, bool Succeeded, IReadOnlyList<FailedDelivery> Failed, WebhookAnswer? Last)
{
    /// <summary>Whether events were passed over: they are of another history, or no longer kept.</summary>
    public bool IsSkip { get; init; }

    /// <summary>For how long the endpoint asked to be left in peace; null where it did not.</summary>
    public TimeSpan? RetryAfter => Failed.Max(each => each.Answer.RetryAfter);
}

/// <summary>A delivery that failed at its first try.</summary>
/// <param name="Event">The event.</param>
/// <param name="Answer">What came of it.</param>
/// <param name="Next">How long to wait for the next try; null for none.</param>
public sealed record FailedDelivery(FeedEvent Event, WebhookAnswer Answer, TimeSpan? Next);
