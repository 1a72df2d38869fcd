using System.Collections.Concurrent;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// How many tries run at the same time. Endpoints that do not answer have a lane of their own: however many they are, those that answer are
/// not held up.
/// </summary>
internal sealed class WebhookLanes : IDisposable
{
    /// <summary>The most for one endpoint.</summary>
    internal const int OfOne = 8;

    // Of an endpoint that fails, one to see whether it is back, and one that was due anyway.
    private const int OfOneThatFails = 2;

    private readonly SemaphoreSlim _answering = new(128);
    private readonly SemaphoreSlim _failing = new(64);
    private readonly ConcurrentDictionary<Guid, int> _running = new();

    /// <summary>Waits for a place; disposing of it lets the next one in.</summary>
    internal async Task<IDisposable> EnterAsync(Guid webhook, bool fails, CancellationToken cancellationToken)
    {
        var lane = fails ? _failing : _answering;
        await lane.WaitAsync(cancellationToken);
        _running.AddOrUpdate(webhook, 1, static (_, count) => count + 1);
        return new Place(this, lane, webhook);
    }

    /// <summary>Whether an endpoint has as many tries under way as it may.</summary>
    internal bool IsFull(Guid webhook, bool fails) => _running.GetValueOrDefault(webhook) >= (fails ? OfOneThatFails : OfOne);

    public void Dispose()
    {
        _answering.Dispose();
        _failing.Dispose();
    }

    private void Leave(SemaphoreSlim lane, Guid webhook)
    {
        lane.Release();
        if (_running.AddOrUpdate(webhook, 0, static (_, count) => count - 1) <= 0)
            _running.TryRemove(new(webhook, 0));
    }

    private sealed class Place(WebhookLanes lanes, SemaphoreSlim lane, Guid webhook) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                lanes.Leave(lane, webhook);
        }
    }
}
