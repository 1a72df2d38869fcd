using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>
/// The forecast, and how old it may be. Every answer about a pending e-mail asks for it. A short queue is read for each, by one of them for all
/// that wait. Reading a queue of a million e-mails takes most of a second: then the last reading is good for a while, since little changes in so
/// long a queue.
/// </summary>
internal sealed class SendingForecast(Unit unit, TimeProvider time)
{
    /// <summary>How far ahead it looks, unless it is asked for more.</summary>
    internal static readonly TimeSpan Horizon = TimeSpan.FromDays(1);

    // Reading a long queue takes at most a tenth of the time.
    private const int Long = 10_000;
    private const int ShareOfTime = 10;
    private static readonly TimeSpan _old = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Reading? _latest;
    private Task<Reading>? _running;

    /// <summary>The queue at a moment, and what will become of it.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="Seen">The senders and the holds at that moment.</param>
    /// <param name="Schedule">When each e-mail is sent; null where nothing can be sent.</param>
    /// <param name="At">When the reading began, as <see cref="TimeProvider.GetTimestamp"/> has it.</param>
    /// <param name="Took">How long it took.</param>
    internal sealed record Reading(PendingQueue Queue, Circumstances.Seen Seen, SendingSchedule? Schedule, long At, TimeSpan Took);

    /// <summary>
    /// What is known without reading anything, for answers to requests that hold a connection; null where nothing was read in the last minute.
    /// It is read again then, for the next answer.
    /// </summary>
    internal SendingSchedule? Latest()
    {
        var latest = Volatile.Read(ref _latest);
        if (latest is not null && time.GetElapsedTime(latest.At) < _old)
            return latest.Schedule;
        _ = RunAsync();
        return null;
    }

    /// <summary>A reading that knows what was committed before the call; of a long queue, one of the last minute.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    internal async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _latest) is { } latest && latest.Queue.Blocks.Sum(block => (long)block.Count) > Long && time.GetElapsedTime(latest.At) is var age && age < _old)
        {
            if (age > ShareOfTime * latest.Took)
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

    /// <summary>Reads further ahead than <see cref="Horizon"/>.</summary>
    internal Task<Reading> ReadAsync(TimeSpan ahead, CancellationToken cancellationToken) => TakeAsync(ahead, cancellationToken);

    // The caller's connection and its end are the caller's: what runs here goes on for all that wait for it.
    private Task<Reading> RunAsync()
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
            {
                using (ExecutionContext.SuppressFlow())
                    _running = Task.Run(async () => _latest = await TakeAsync(Horizon, CancellationToken.None));
            }

            return _running;
        }
    }

    private Task<Reading> TakeAsync(TimeSpan ahead, CancellationToken cancellationToken)
    {
        return unit.ConnectAsync(
            async connection =>
            {
                var at = time.GetTimestamp();
                var seen = await Circumstances.LookAsync(connection, cancellationToken);
                var queue = await PendingQueue.ReadAsync(connection, clientId: null, seen.Now + ahead, seen.Holds, cancellationToken);
                return new Reading(queue, seen, seen.ScheduleOf(queue.Blocks), at, time.GetElapsedTime(at));
            },
            cancellationToken);
    }
}
