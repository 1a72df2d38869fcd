using System.Threading.RateLimiting;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Waits of requests for each other. Each is bounded: a caller that is told to come back is better served than one whose answer comes too
/// late.
/// </summary>
internal static class BoundedWait
{
    /// <summary>Waits for a lease, for some time at the most.</summary>
    /// <exception cref="ProblemException">It did not come in time.</exception>
    internal static async Task<IDisposable> ForAsync(
        Func<CancellationToken, ValueTask<RateLimitLease>> acquire, TimeSpan longest, TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await acquire(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ProblemException.Busy();
        }
    }

    /// <summary>So many at once; the others wait in the order in which they came.</summary>
    internal static ConcurrencyLimiterOptions Limit(int permits) => new()
    {
        PermitLimit = permits,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };
}
