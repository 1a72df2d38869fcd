using System.Collections.Concurrent;
using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>
/// The forecast, and how old it may be. Every answer about a pending e-mail asks for it. A short queue is read for each, by one of them for
/// all that wait. Reading a queue of a million e-mails takes most of a second: then the last reading is good for a while, since little
/// changes in so long a queue.
/// </summary>
internal sealed class SendingForecast(UnitOfWork unit, TimeProvider time) : IDisposable
{
    /// <summary>How far ahead it looks. What is due later is expected to be sent when it is due.</summary>
    internal static readonly TimeSpan Horizon = TimeSpan.FromDays(7);

    // Reading a long queue takes at most a tenth of the time.
    private const int Long = 10_000;
    private const int ShareOfTime = 10;
    private static readonly TimeSpan _old = TimeSpan.FromMinutes(1);

    // A client's own queue is read for each of its requests. Two at once leave the other connections to other requests.
    private readonly SemaphoreSlim _own = new(2);
    private readonly Lock _gate = new();
    private Reading? _latest;
    private Task<Reading>? _running;

    /// <summary>The queue at a moment, and what will become of it.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="Conditions">The senders and the holds at that moment.</param>
    /// <param name="Schedule">When each e-mail is sent; null where nothing can be sent.</param>
    /// <param name="At">When the reading began, as <see cref="TimeProvider.GetTimestamp"/> has it.</param>
    /// <param name="Took">How long it took.</param>
    internal sealed record Reading(PendingQueue Queue, SendingConditions Conditions, SendingSchedule? Schedule, long At, TimeSpan Took)
    {
        /// <summary>Whether it is used again, since reading takes long.</summary>
        internal bool IsLong { get; } = Queue.Blocks.Concat(Queue.Held).Sum(block => (long)block.Count) > Long;

        /// <summary>Queues of single clients that were read beside it.</summary>
        internal ConcurrentDictionary<string, PendingQueue> Own { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>
    /// What is known without reading anything, for answers to requests that hold a connection; null where nothing was read in the last
    /// minute. It is read again meanwhile, for the next answer.
    /// </summary>
    internal SendingSchedule? Latest()
    {
        var latest = Volatile.Read(ref _latest);
        var age = latest is null ? _old : time.GetElapsedTime(latest.At);
        if (latest is null || age > ShareOfTime * latest.Took)
            _ = RunAsync();
        return age < _old ? latest?.Schedule : null;
    }

    /// <summary>
    /// A reading that knows what was committed before the call; of a long queue, one of the last minute that knows of all holds.
    /// </summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    internal async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _latest) is { IsLong: true } latest && time.GetElapsedTime(latest.At) < _old
            && (await SendingConditions.ReadAsync(unit, cancellationToken)).IsLike(latest.Conditions))
        {
            if (time.GetElapsedTime(latest.At) > ShareOfTime * latest.Took)
                _ = RunAsync();
            return latest;
        }

        var asked = time.GetTimestamp();
        while (true)
        {
            // One that is under way may have begun too early.
            var reading = await RunAsync().WaitAsync(cancellationToken);
            if (reading.At >= asked)
                return reading;
        }
    }

    /// <summary>What a list of e-mails hangs on. Where none of them is pending, the queue is not read.</summary>
    internal async Task<SendingConditions> AddToAsync(
        SendingConditions conditions, IEnumerable<ScheduledEmail> emails, CancellationToken cancellationToken) =>
        emails.Any(email => email.Status == EmailStatus.Pending)
            ? conditions with { Schedule = (await ReadAsync(cancellationToken)).Schedule }
            : conditions;

    /// <summary>The queue of one client. Beside a long one it is as old as that.</summary>
    internal async Task<PendingQueue> ReadOwnAsync(string clientId, Reading reading, CancellationToken cancellationToken)
    {
        if (reading.Own.TryGetValue(clientId, out var known))
            return known;
        var conditions = reading.Conditions;
        var holds = conditions.Holds.Where(hold => hold.Id == Hold.Everything || hold.Id == clientId).ToList();
        await _own.WaitAsync(cancellationToken);
        try
        {
            var own = await unit.ConnectAsync(
                connection => PendingQueue.ReadAsync(
                    connection, clientId, conditions.Now + Horizon, holds, conditions.LargestTaken, cancellationToken),
                cancellationToken);
            if (reading.IsLong)
                reading.Own[clientId] = own;
            return own;
        }
        finally
        {
            _own.Release();
        }
    }

    public void Dispose() => _own.Dispose();

    // The caller's connection and its end are the caller's: what runs here goes on for all that wait for it.
    private Task<Reading> RunAsync()
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
            {
                using (ExecutionContext.SuppressFlow())
                    _running = Task.Run(async () => _latest = await TakeAsync());
            }

            return _running;
        }
    }

    private Task<Reading> TakeAsync() => unit.ConnectAsync(
        async connection =>
        {
            var at = time.GetTimestamp();
            var conditions = await SendingConditions.ReadAsync(connection, CancellationToken.None);
            var nextSlots = await Pacing.NextAsync(connection, CancellationToken.None);
            var queue = await PendingQueue.ReadAsync(
                connection, clientId: null, conditions.Now + Horizon, conditions.Holds, conditions.LargestTaken,
                CancellationToken.None);
            return new Reading(queue, conditions, conditions.ScheduleOf(queue.Blocks, nextSlots), at, time.GetElapsedTime(at));
        },
        CancellationToken.None);
}
