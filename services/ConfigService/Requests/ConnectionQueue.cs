using System.Threading.RateLimiting;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Where requests wait for a connection to the database, or for another request that works on the same thing, in the order in
/// which they came.
/// </summary>
internal sealed class ConnectionQueue(TimeProvider time) : IDisposable
{
    /// <summary>Connections for requests with a key.</summary>
    private const int Keyed = 16;

    /// <summary>Connections for answers that need no key.</summary>
    private const int Keyless = 3;

    /// <summary>
    /// How many connections requests use, one for probes, which do not wait here, and one that looks for events.
    /// </summary>
    internal const int PoolSize = Keyed + Keyless + 2;

    /// <summary>How long a request waits for a connection before it is refused.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // A save of ten thousand e-mails takes seconds, and those behind it are of the same client.
    private static readonly TimeSpan _longestTurn = TimeSpan.FromSeconds(30);
    private static readonly AsyncLocal<bool> _isInside = new();
    private readonly ConcurrencyLimiter _keyed = new(BoundedWait.Limit(Keyed));
    private readonly ConcurrencyLimiter _keyless = new(BoundedWait.Limit(Keyless));
    private readonly PartitionedRateLimiter<string> _turns =
        PartitionedRateLimiter.Create<string, string>(
            static name => RateLimitPartition.GetConcurrencyLimiter(name, static _ => BoundedWait.Limit(1)), StringComparer.Ordinal);

    /// <summary>Waits for a connection to be free; disposing of the result lets the next one in.</summary>
    /// <exception cref="ProblemException">None was free in time.</exception>
    /// <exception cref="InvalidOperationException">This request has a connection already.</exception>
    internal Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => EnterAsync(_keyed, cancellationToken);

    /// <inheritdoc cref="EnterAsync(CancellationToken)"/>
    internal Task<IDisposable> EnterWithoutKeyAsync(CancellationToken cancellationToken) => EnterAsync(_keyless, cancellationToken);

    /// <summary>Waits until no other request of this instance works on the same thing. No connection is held meanwhile.</summary>
    /// <exception cref="ProblemException">They took too long.</exception>
    internal Task<IDisposable> TakeTurnAsync(string name, CancellationToken cancellationToken) =>
        BoundedWait.ForAsync(token => _turns.AcquireAsync(name, 1, token), _longestTurn, time, cancellationToken);

    public void Dispose()
    {
        _turns.Dispose();
        _keyed.Dispose();
        _keyless.Dispose();
    }

    // Not asynchronous itself: what an asynchronous method sets in an AsyncLocal is gone when it returns.
    private Task<IDisposable> EnterAsync(ConcurrencyLimiter limiter, CancellationToken cancellationToken)
    {
        if (_isInside.Value)
            throw new InvalidOperationException("This request asks for a second connection while it holds one: pass the first one on.");
        _isInside.Value = true;
        return limiter.AttemptAcquire() is { IsAcquired: true } lease
            ? Task.FromResult<IDisposable>(lease)
            : BoundedWait.ForAsync(token => limiter.AcquireAsync(1, token), LongestWait, time, cancellationToken);
    }
}
