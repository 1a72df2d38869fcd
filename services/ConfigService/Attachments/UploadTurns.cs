using System.Threading.RateLimiting;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// How uploads share what there is. So many at once have a piece in memory, and of those few write to the database at the same time: the
/// other connections are for other requests. An upload has its turn piece by piece, so that a slow one keeps no other waiting.
/// </summary>
internal sealed class UploadTurns(TimeProvider time) : IDisposable
{
    private const int Writing = 2;
    private const int InMemory = 128;

    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _turns = new(Writing);
    private readonly ConcurrencyLimiter _rooms = new(BoundedWait.Limit(InMemory));

    /// <summary>Waits for room for a piece; disposing of the result gives it back.</summary>
    /// <exception cref="ProblemException">There was none in time.</exception>
    internal Task<IDisposable> TakeRoomAsync(CancellationToken cancellationToken) =>
        BoundedWait.ForAsync(token => _rooms.AcquireAsync(1, token), _longestWait, time, cancellationToken);

    /// <summary>Waits for a turn to write, and ends it when the work is done.</summary>
    internal async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose()
    {
        _turns.Dispose();
        _rooms.Dispose();
    }
}
