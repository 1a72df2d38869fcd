using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>
/// Group commit: requests that wait at the same time are written in one transaction, and each goes on once that has committed. A request
/// waits for no others to come: one that is alone is a group of its own.
/// </summary>
/// <remarks>
/// A group waits for no lock for longer than <see cref="Patience"/>. Where one of its requests meets a lock, or breaks a rule of the
/// database, each of them is written again alone, so that no request fails or waits because of another one.
/// </remarks>
/// <param name="writeAsync">Writes requests, all of them or none, and waits for locks for so long at the most; null for no limit.</param>
/// <param name="time">Bounds how long a request waits to be written.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, TimeSpan?, Task> writeAsync, TimeProvider time)
{
    /// <summary>The most requests of one transaction.</summary>
    internal const int MaxGroup = 64;

    /// <summary>How long a group waits for a lock.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    // While one waits for the disk, the other collects.
    private const int MaxWriters = 2;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = new();
    private int _writers;

    /// <summary>Returns once the request's transaction has committed.</summary>
    /// <exception cref="NpgsqlException">It has not, or nobody knows.</exception>
    /// <exception cref="ProblemException"><c>too_busy</c>: its turn did not come in time. Nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The caller went before its turn came. Nothing was written.</exception>
    internal async Task WriteAsync(T request, CancellationToken cancellationToken = default)
    {
        var waiting = new Waiting(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Enqueue(waiting))
        {
            // The request that starts a writer is not the parent of those that the writer goes on with.
            using (ExecutionContext.SuppressFlow())
                _ = Task.Run(RunAsync, CancellationToken.None);
        }

        try
        {
            await waiting.Written.Task.WaitAsync(ConnectionQueue.LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            if (TryLeave(waiting))
                throw ProblemException.Busy();
            await waiting.Written.Task;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (TryLeave(waiting))
                throw;
            await waiting.Written.Task;
        }
    }

    private async Task RunAsync()
    {
        while (Next() is { Count: > 0 } group)
        {
            try
            {
                await writeAsync([.. group.Select(each => each.Request)], Patience);
                group.ForEach(each => each.Written.SetResult());
            }
            catch (PostgresException exception) when (MayBeOfOne(exception))
            {
                // Not waited for: the next group need not wait for what one of these waits for.
                group.ForEach(each => _ = WriteAloneAsync(each));
            }
            catch (Exception exception)
            {
                group.ForEach(each => each.Written.SetException(exception));
            }
        }
    }

    private async Task WriteAloneAsync(Waiting waiting)
    {
        try
        {
            await writeAsync([waiting.Request], null);
            waiting.Written.SetResult();
        }
        catch (Exception exception)
        {
            waiting.Written.SetException(exception);
        }
    }

    // Returns whether a writer is to be started.
    private bool Enqueue(Waiting waiting)
    {
        lock (_lock)
        {
            _waiting.AddLast(waiting);
            if (_writers == MaxWriters)
                return false;
            _writers++;
            return true;
        }
    }

    private bool TryLeave(Waiting waiting)
    {
        lock (_lock)
            return _waiting.Remove(waiting);
    }

    private List<Waiting> Next()
    {
        lock (_lock)
        {
            var group = new List<Waiting>();
            while (group.Count < MaxGroup && _waiting.First is { } first)
            {
                group.Add(first.Value);
                _waiting.RemoveFirst();
            }

            if (group.Count == 0)
                _writers--;
            return group;
        }
    }

    // Nothing was committed: somebody held a lock, or a value, a constraint or a limit (classes 22, 23 and 54) was broken.
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static bool MayBeOfOne(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or ['2', '2' or '3', ..] or ['5', '4', ..];

    private sealed class Waiting(T request, TaskCompletionSource written)
    {
        internal T Request => request;

        internal TaskCompletionSource Written => written;
    }
}
