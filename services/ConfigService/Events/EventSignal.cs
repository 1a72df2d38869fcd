using System.Collections.Concurrent;
using Mail.Store;
using PostgresScheduler;

namespace Mail.ConfigService.Events;

/// <summary>
/// Wakes requests that wait for events: one look for all of them, over one connection, as long as anybody waits. NOTIFY would come too
/// early, since an event can be read once every transaction from before it has ended; and each commit would queue for its lock.
/// </summary>
internal sealed class EventSignal(UnitOfWork unit, TimeProvider time, ILogger<EventSignal> logger) : BackgroundService
{
    /// <summary>How many requests may wait at the same time; the others are answered at once.</summary>
    internal const int MaxWaiting = 500;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Waiter, bool> _waiting = new();
    private readonly SemaphoreSlim _entered = new(0, 1);
    private volatile bool _isOver;

    /// <summary>Begins to wait for events of a client, or of all where it is null. Null where too many wait already.</summary>
    internal Waiter? TryEnter(string? clientId)
    {
        if (_isOver || _waiting.Count >= MaxWaiting)
            return null;
        var waiter = new Waiter(this, clientId);
        _waiting[waiter] = true;
        Enter();
        return waiter;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        // Requests end with the service, and not half a minute later.
        await using var _ = stoppingToken.UnsafeRegister(static signal => ((EventSignal)signal!).End(), this);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _entered.WaitAsync(stoppingToken);
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.EventsNotSeen(exception);
                Enter();
                await Task.Delay(_again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Enter()
    {
        try
        {
            _entered.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is given already.
        }
    }

    // Until nobody waits any more.
    private async Task LookAsync(CancellationToken stoppingToken)
    {
        EventNews? news = null;
        while (!_waiting.IsEmpty)
        {
            var since = news?.Horizon;
            news = await unit.ConnectAsideAsync(connection => EventNews.ReadAsync(connection, since, stoppingToken), stoppingToken);
            foreach (var waiter in _waiting.Keys)
            {
                if (news.IsAbout(waiter.ClientId))
                    waiter.Wake();
            }

            await Task.Delay(_pause, time, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _entered.Dispose();
        base.Dispose();
    }

    private void End()
    {
        _isOver = true;
        foreach (var waiter in _waiting.Keys)
            waiter.Wake();
    }

    /// <summary>A request that waits.</summary>
    internal sealed class Waiter(EventSignal signal, string? clientId) : IDisposable
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string? ClientId { get; } = clientId;

        /// <summary>Whether the service stops: there is nothing more to wait for.</summary>
        internal bool IsOver => signal._isOver;

        /// <summary>Completes when there may be something that was not there when this was called.</summary>
        internal Task Next()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _next, next);
            if (signal._isOver)
                next.TrySetResult();
            return next.Task;
        }

        internal void Wake() => Volatile.Read(ref _next).TrySetResult();

        public void Dispose() => signal._waiting.TryRemove(this, out _);
    }
}
