using System.Collections.Concurrent;
using Mail.Local.Processes;
using Mail.Store;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>A sender's walk along the feed, to an endpoint on a real socket.</summary>
public sealed class WebhookWalkTests(TestServers servers) : IAsyncLifetime
{
    private readonly Uri _address = new($"http://127.0.0.3:{FreePorts.Find(1)[0]}/");
    private readonly ConcurrentQueue<string> _told = new();
    private WebhookHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WebhookHost.StartAsync(servers);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_step_begins_nothing_that_would_outlast_its_lease()
    {
        await using var server = await ServerAsync(TimeSpan.FromMilliseconds(200));
        await _host.InsertAsync(_address.ToString());
        var events = await _host.InsertEventsAsync(40);
        var leased = Assert.Single(await _host.LeaseAsync());
        // At a hundredfold speed a try takes twenty seconds: two rounds of eight are begun within half a lease.
        var walking = _host.Walk(new HurriedTime(100)).RunAsync(leased, _host.Sender, CancellationToken.None);
        var places = new HashSet<long>();
        while (!walking.IsCompleted)
        {
            places.Add(await _host.AskAsync<long>("select event_id from mail.webhook"));
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        await walking;
        Assert.Equal(events.Select(each => each.Id.ToString()).Order(), _told.Order());
        Assert.InRange(places.Count, 3, 40);
    }

    [Fact]
    public async Task After_a_restore_it_goes_on_with_what_happened_since_the_fence_held()
    {
        await using var server = await ServerAsync(TimeSpan.Zero);
        var webhook = await _host.InsertAsync(_address.ToString());
        await _host.InsertEventsAsync(1);
        // A person looks through what would go out, and cancels some of it, before the release.
        var since = new List<FeedEvent>();
        await _host.RestoreAsync(async () => since.AddRange(await _host.InsertEventsAsync(2, EventType.EmailCancelled)));
        since.AddRange(await _host.InsertEventsAsync(3));
        var leased = Assert.Single(await _host.LeaseAsync());
        await _host.Walk().RunAsync(leased, _host.Sender, CancellationToken.None);
        Assert.Equal(since.Select(each => each.Id.ToString()).Order(), _told.Order());
        // Nobody knows what was told before.
        webhook = await _host.FindAsync(webhook);
        var (items, _) = await DeliveryList.ReadAsync(_host.Connection, webhook, null, null, 50, CancellationToken.None);
        Assert.Equal(since.AsEnumerable().Reverse().Select(each => each.Id), items.Select(each => each.EventId));
    }

    private Task<WebServer> ServerAsync(TimeSpan answersAfter) => WebServer.StartAsync(_address, async context =>
    {
        _told.Enqueue(context.Request.Headers["webhook-id"].ToString());
        await Task.Delay(answersAfter);
    });

    private sealed class HurriedTime(int times) : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() * times;
    }
}
