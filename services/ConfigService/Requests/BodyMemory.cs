using System.Threading.RateLimiting;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// What the bodies of all requests together may take. A request asks for the memory of its body at most twice, and for all of the
/// second share at once: were it to ask for more and more, two large bodies could wait for each other.
/// </summary>
internal sealed class BodyMemory(TimeProvider time) : IDisposable
{
    /// <summary>Bodies of up to 1 MiB at the same time.</summary>
    private const int Medium = 48;

    /// <summary>KiB of larger ones: two of the largest.</summary>
    private const int LargeKib = 64 * 1024;

    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);
    private readonly ConcurrencyLimiter _medium = new(BoundedWait.Limit(Medium));
    private readonly ConcurrencyLimiter _large = new(BoundedWait.Limit(LargeKib));

    /// <summary>Waits for the memory of a body of up to 1 MiB; disposing of the result gives it back.</summary>
    /// <exception cref="ProblemException">It was not free in time.</exception>
    internal Task<IDisposable> TakeMediumAsync(CancellationToken cancellationToken) =>
        BoundedWait.ForAsync(token => _medium.AcquireAsync(1, token), _longestWait, time, cancellationToken);

    /// <summary>Waits for the memory of a larger body.</summary>
    /// <exception cref="ProblemException">It was not free in time.</exception>
    internal Task<IDisposable> TakeLargeAsync(int bytes, CancellationToken cancellationToken) =>
        BoundedWait.ForAsync(token => _large.AcquireAsync((bytes + 1023) / 1024, token), _longestWait, time, cancellationToken);

    public void Dispose()
    {
        _medium.Dispose();
        _large.Dispose();
    }
}
