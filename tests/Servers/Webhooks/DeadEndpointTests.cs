using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mail.Local.Processes;
using Mail.Store;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>An endpoint that takes connections and never answers, beside one of the same client that does.</summary>
public sealed class DeadEndpointTests(TestServers servers) : IAsyncLifetime
{
    private readonly Uri _live = new($"http://127.0.0.4:{FreePorts.Find(1)[0]}/");
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private TaskCompletionSource _all = new();
    private int _expected;
    private WebhookHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WebhookHost.StartAsync(servers);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task It_holds_up_nobody_else()
    {
        var (before, beside, after) = await MeasureAsync(2_000);
        // A try that is waited for takes fifteen seconds.
        Assert.InRange(beside, TimeSpan.Zero, (before > after ? before : after) + TimeSpan.FromSeconds(10));
    }

    [Fact, Long]
    public async Task Ten_thousand_events_are_told_within_a_fifth_of_the_time_without_it()
    {
        var (before, beside, after) = await MeasureAsync(10_000);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"alone {before.TotalSeconds:0.00} s, beside a dead one {beside.TotalSeconds:0.00} s, alone again {after.TotalSeconds:0.00} s");
        Assert.InRange(beside, TimeSpan.Zero, 1.2 * (before > after ? before : after));
    }

    private async Task<(TimeSpan Before, TimeSpan Beside, TimeSpan After)> MeasureAsync(int count)
    {
        await using var server = await WebServer.StartAsync(_live, context =>
        {
            if (_told.TryAdd(context.Request.Headers["webhook-id"].ToString(), true) && _told.Count == Volatile.Read(ref _expected))
                _all.TrySetResult();
            return Task.CompletedTask;
        });
        using var dead = new TcpListener(IPAddress.Parse("127.0.0.5"), 0);
        dead.Start(backlog: 100);
        await _host.InsertAsync(_live.ToString());
        using var pump = _host.Pump();
        await pump.StartAsync(CancellationToken.None);
        await TellAsync(100);
        var before = await TellAsync(count);
        var webhook = await _host.InsertAsync($"http://{dead.LocalEndpoint}/");
        var beside = await TellAsync(count);
        Assert.True(dead.Pending());
        await WebhookTable.DeleteAsync(_host.Connection, webhook.ClientId, webhook.Id, CancellationToken.None);
        var after = await TellAsync(count);
        await pump.StopAsync(CancellationToken.None);
        return (before, beside, after);
    }

    // How long it is until the last of new events has come.
    private async Task<TimeSpan> TellAsync(int count)
    {
        _told.Clear();
        _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, count);
        var started = TimeProvider.System.GetTimestamp();
        await _host.ExecuteAsync($"""
            insert into mail.event (type, client_id)
            select {EventType.Number(EventType.EmailSent)}, 'acme' from generate_series(1, {count})
            """);
        await _all.Task.WaitAsync(Deadline.Sweep);
        return TimeProvider.System.GetElapsedTime(started);
    }
}
