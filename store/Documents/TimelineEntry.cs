namespace Mail.Store;

/// <summary>One thing that happened to an e-mail.</summary>
/// <param name="At">By the database's clock.</param>
/// <param name="Event">What happened, for example <c>scheduled</c>, <c>sending</c>, <c>sent</c>, <c>cancelled</c>.</param>
/// <param name="Detail">In plain words; null where the event says it all.</param>
/// <param name="By">The instance that did it.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Event, string? Detail, string By);

/// <summary>What went wrong at the last attempt.</summary>
/// <param name="Stage">How far the conversation had come: <c>connect</c>, <c>tls</c>, <c>auth</c>, <c>mail_from</c>, <c>rcpt_to</c>, <c>data</c> or <c>end_of_data</c>.</param>
/// <param name="Reply">The server's own words, or the error where it said nothing.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Permanent">Whether trying again cannot help.</param>
public sealed record LastError(string Stage, string? Reply, string? Hint, bool Permanent);
