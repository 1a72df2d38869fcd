namespace Mail.ConfigService.Endpoints;

/// <summary>The headers of answers, each described as a parameter is.</summary>
internal static class AnswerHeader
{
    internal static Parameter RequestId { get; } = new(
        Parameter.RequestId.Name, "The caller's own, where sent and sane; otherwise the trace id. The log has it.", typeof(string))
        { Example = "checkout-4711" };

    internal static Parameter ETag { get; } = new(
        "ETag", "The config's revision or the template's version, for `If-Match`.", typeof(string)) { Example = "\"3\"" };

    internal static Parameter Location { get; } = new("Location", "Where the new e-mail is.", typeof(string))
        { Example = "/api/v1/scheduled-emails/019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01" };

    internal static Parameter IdempotencyReplayed { get; } = new(
        "Idempotency-Replayed",
        "There, and `true`, where this is the answer to an earlier request with the same Idempotency-Key.",
        typeof(string)) { Example = "true" };

    internal static Parameter WwwAuthenticate { get; } = new("WWW-Authenticate", "How to show a key: `Bearer`.", typeof(string))
        { Example = "Bearer" };

    internal static Parameter RetryAfter { get; } = new(
        "Retry-After", "For how many seconds to wait before trying again.", typeof(long)) { Min = 1, Example = 2 };

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<Parameter> All { get; } = [RequestId, ETag, Location, IdempotencyReplayed, WwwAuthenticate, RetryAfter];
}
