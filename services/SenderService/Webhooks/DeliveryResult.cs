namespace Mail.SenderService.Webhooks;

/// <summary>What one try of a delivery came to.</summary>
/// <param name="Status">The HTTP status; null where there was no answer.</param>
/// <param name="Error">What went wrong, for people; null for a success.</param>
/// <param name="Answer">The first 4 KiB of the answer; null where there was none.</param>
/// <param name="RetryAfter">What the endpoint asked for.</param>
internal sealed record DeliveryResult(int? Status, string? Error, string? Answer = null, TimeSpan? RetryAfter = null)
{
    internal bool IsSuccess => Error is null;

    /// <summary>Whether the endpoint wants no more (RFC 9110 section 15.5.11).</summary>
    internal bool IsGone => Status == StatusCodes.Status410Gone;

    /// <summary>What an answer means: 2xx is success, and nothing else is.</summary>
    internal static DeliveryResult From(int status, string? answer, TimeSpan? retryAfter) => status switch
    {
        >= 200 and < 300 => new(status, Error: null, answer),
        >= 300 and < 400 => new(status, $"answered {status}; redirects are not followed", answer, retryAfter),
        _ => new(status, $"answered {status}", answer, retryAfter),
    };
}
