using System.Collections.Concurrent;
using Mail.Store;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// How many tries run at the same time. Endpoints that do not answer, or answer slowly, have a lane of their own: however many they are,
/// the others are not held up. In each lane a client has a part of the places.
/// </summary>
internal sealed class WebhookLanes(TimeProvider time) : IDisposable
{
    /// <summary>The most for one endpoint.</summary>
    internal const int OfOne = 8;

    // Of an endpoint that fails, one to see whether it is back, and one that was due anyway.
    private const int OfOneThatFails = 2;

    // A try that takes longer makes its endpoint a slow one, until one takes less.
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(2);

    private readonly Lane _answering = new(places: 128, ofClient: 32);
    private readonly Lane _waiting = new(places: 64, ofClient: 16);
    private readonly ConcurrentDictionary<Guid, int> _running = new();
    private readonly ConcurrentDictionary<Guid, bool> _slowOnes = new();

    /// <summary>Waits for a place; disposing of it lets the next one in.</summary>
    /// <param name="webhook">Whose endpoint.</param>
    /// <param name="fails">Whether its last try failed.</param>
    /// <param name="patience">For how long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where no place became free in time.</returns>
    internal async Task<IDisposable?> TryEnterAsync(
        Webhook webhook, bool fails, TimeSpan patience, CancellationToken cancellationToken)
    {
        var lane = fails || _slowOnes.ContainsKey(webhook.Id) ? _waiting : _answering;
        if (!await lane.TryEnterAsync(webhook.ClientId, patience, time, cancellationToken))
            return null;
        _running.AddOrUpdate(webhook.Id, 1, static (_, count) => count + 1);
        return new Place(this, lane, webhook, time.GetTimestamp());
    }

    /// <summary>Whether an endpoint has as many tries under way as it may.</summary>
    internal bool IsFull(Guid webhook, bool fails) => _running.GetValueOrDefault(webhook) >= (fails ? OfOneThatFails : OfOne);

    public void Dispose()
    {
        _answering.Dispose();
        _waiting.Dispose();
    }

    private void Leave(Lane lane, Webhook webhook, long entered)
    {
        if (time.GetElapsedTime(entered) > _slow)
            _slowOnes[webhook.Id] = true;
        else
            _slowOnes.TryRemove(webhook.Id, out _);
        lane.Leave(webhook.ClientId);
        if (_running.AddOrUpdate(webhook.Id, 0, static (_, count) => count - 1) <= 0)
            _running.TryRemove(new(webhook.Id, 0));
    }

    private sealed class Place(WebhookLanes lanes, Lane lane, Webhook webhook, long entered) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                lanes.Leave(lane, webhook, entered);
        }
    }

    private sealed class Lane(int places, int ofClient) : IDisposable
    {
        private readonly SemaphoreSlim _all = new(places);
        private readonly ConcurrentDictionary<string, SemaphoreSlim> _ofClients = new(StringComparer.Ordinal);

        internal async Task<bool> TryEnterAsync(
            string client, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            var started = time.GetTimestamp();
            var own = _ofClients.GetOrAdd(client, static (_, most) => new(most), ofClient);
            if (!await own.WaitAsync(patience, cancellationToken))
                return false;
            var hasEntered = false;
            try
            {
                var left = patience - time.GetElapsedTime(started);
                return hasEntered = await _all.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            }
            finally
            {
                if (!hasEntered)
                    own.Release();
            }
        }

        internal void Leave(string client)
        {
            _all.Release();
            _ofClients[client].Release();
        }

        public void Dispose()
        {
            _all.Dispose();
            foreach (var own in _ofClients.Values)
                own.Dispose();
        }
    }
}
