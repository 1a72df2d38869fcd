using System.Globalization;
using System.Threading.RateLimiting;
using Mail.ConfigService.Problems;
using Mail.Hosting;

namespace Mail.ConfigService.Access;

/// <summary>
/// How many requests a second a client's key may make, by <c>API_RATE_LIMIT</c>; no limit where it is not set, and none for the operator.
/// Each instance counts for itself. A second's worth may come at once.
/// </summary>
internal sealed class RequestRate : IDisposable
{
    private readonly PartitionedRateLimiter<Caller>? _limiter;

    public RequestRate(IConfiguration configuration)
    {
        const string Variable = "API_RATE_LIMIT";
        if (configuration[Variable] is not { Length: > 0 } text)
            return;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit == 0)
        {
            throw new SettingException(
                $"{Variable} is \"{text}\": set it to the requests a second that a client's key may make, a whole number above zero, or "
                + "leave it out.");
        }

        _limiter = PartitionedRateLimiter.Create<Caller, Guid>(caller => RateLimitPartition.GetTokenBucketLimiter(caller.KeyId, _ => new()
        {
            TokenLimit = limit,
            TokensPerPeriod = limit,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
    }

    /// <summary>Refuses a request too many.</summary>
    internal void Check(Caller caller)
    {
        if (_limiter is null || caller.IsOperator)
            return;
        using var lease = _limiter.AttemptAcquire(caller);
        if (!lease.IsAcquired)
        {
            throw new ProblemException(
                ProblemCodes.TooManyRequests,
                "This key makes more requests a second than it may: try again in a second. Many e-mails fit into one request.")
            {
                RetryAfter = 1,
            };
        }
    }

    public void Dispose() => _limiter?.Dispose();
}
