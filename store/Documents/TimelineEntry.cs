using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>One thing that happened to an e-mail.</summary>
/// <param name="At">When, by the database's clock.</param>
/// <param name="Event">What happened, for example <c>scheduled</c>, <c>sending</c>, <c>sent</c>, <c>moved</c> or <c>cancelled</c>.</param>
/// <param name="Detail">In plain words; null where the event says it all.</param>
/// <param name="By">The instance that did it.</param>
/// <param name="TraceId">
/// The trace that it happened in, 32 hexadecimal digits: what traces and logs have it under, and the answer to that request as
/// <c>X-Request-Id</c>. Left out where there was none.
/// </param>
public sealed record TimelineEntry(
    DateTimeOffset At, string Event, string? Detail, string By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null)
{
    /// <summary>What happens now, where it does.</summary>
    public static TimelineEntry Now(DateTimeOffset at, string @event, string? detail, string by) =>
        new(at, @event, detail, by, Tracing.TraceId);
}

/// <summary>What went wrong at the last attempt.</summary>
/// <param name="Stage">
/// How far the conversation with the server had come: <c>connect</c>, <c>tls</c>, <c>auth</c>, <c>mail_from</c>, <c>rcpt_to</c>,
/// <c>data</c> or <c>end_of_data</c>.
/// </param>
/// <param name="Reply">The server's own words, or the error where it said nothing.</param>
/// <param name="Hint">What it means and what to do about it; null only where an older version wrote it.</param>
/// <param name="Permanent">Whether trying again cannot help.</param>
/// <param name="Verdict">
/// The row of the table of verdicts that decided, for example <c>limit.rate</c>; null only where an older version wrote it.
/// </param>
public sealed record LastError(
    [property: SmtpStage] string Stage, string? Reply, string? Hint, bool Permanent, string? Verdict = null);

/// <summary>A field that says how far a conversation with a server had come.</summary>
public sealed class SmtpStageAttribute() : WordsAttribute(
    "How far the conversation with the server had come.", "connect", "tls", "auth", "mail_from", "rcpt_to", "data", "end_of_data");
