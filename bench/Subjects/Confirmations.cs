using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using PostgresScheduler;

namespace Mail.Bench.Subjects;

/// <summary>
/// Notes when the broker confirmed each message. The peers send over the bus, which calls its observers after the confirm;
/// ours publishes beside it and says in its own metric how long after the due time each confirm came.
/// </summary>
internal sealed class Confirmations : ISendObserver, IDisposable
{
    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private Round _round = new([]);

    internal Confirmations(TimeProvider time)
    {
        _time = time;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: SchedulerMetrics.MeterName, Name: "scheduler.lateness" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _round.Confirmed(TimeSpan.FromSeconds(seconds)));
        _listener.Start();
    }

    /// <summary>Awaits these messages from now on, and no others.</summary>
    internal void Expect(IReadOnlyCollection<Planned> messages) => _round = new Round(messages);

    /// <summary>By how much each message was confirmed after its due time, in no order, once all are.</summary>
    internal async Task<IReadOnlyCollection<TimeSpan>> AllAsync(TimeSpan within)
    {
        var round = _round;
        try
        {
            await round.Done.WaitAsync(within, _time);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{round.Missing} messages were not confirmed within {within}.", exception);
        }

        return round.After;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (context.CorrelationId is { } id)
            _round.Confirmed(id, _time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Console.Error.WriteLineAsync($"not sent: {exception.Message}");

    public void Dispose() => _listener.Dispose();

    private sealed class Round(IReadOnlyCollection<Planned> messages)
    {
        private readonly ConcurrentDictionary<Guid, DateTimeOffset> _due =
            new(messages.Select(message => KeyValuePair.Create(message.Message.CorrelationId, message.Due)));
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing = messages.Count;

        internal ConcurrentQueue<TimeSpan> After { get; } = [];

        internal Task Done => _done.Task;

        internal int Missing => _missing;

        internal void Confirmed(Guid id, DateTimeOffset at)
        {
            // A second confirm of the same message would be a second send: the first counts.
            if (!_due.TryRemove(id, out var due))
                return;
            Confirmed(at - due);
        }

        internal void Confirmed(TimeSpan after)
        {
            After.Enqueue(after);
            if (Interlocked.Decrement(ref _missing) == 0)
                _done.SetResult();
        }
    }
}
