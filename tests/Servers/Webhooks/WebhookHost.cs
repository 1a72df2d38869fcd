using Mail.Hosting;
using Mail.Hosting.Egress;
using Mail.Hosting.Sealing;
using Mail.SenderService.Webhooks;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>Webhooks on a database of their own that the system vouches for, and a sender's parts.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    private static readonly SecretsKey _key = SecretsKey.ParsePrivate(WebhookKeys.Private.Value, WebhookKeys.Private.Name);

    private readonly StoreHost _store;
    private readonly WebhookClient _client = new(
        new EgressHandler(EgressPolicy.Parse("127.0.0.0/8"), System.Net.Dns.GetHostAddressesAsync).Create(), TimeProvider.System,
        WebhookClient.Longest);
    private readonly WebhookLanes _lanes = new(TimeProvider.System);

    private WebhookHost(StoreHost store, NpgsqlConnection connection)
    {
        (_store, Connection) = (store, connection);
        Deliveries = new(store.Timers);
    }

    internal Guid Sender { get; } = Guid.CreateVersion7();

    internal NpgsqlConnection Connection { get; }

    internal WebhookDeliveries Deliveries { get; }

    internal static async Task<WebhookHost> StartAsync(TestServers servers)
    {
        var store = await StoreHost.StartAsync(servers);
        var host = new WebhookHost(store, await store.DataSource.OpenConnectionAsync());
        var place = await Installations.FindAsync(host.Connection, "", CancellationToken.None);
        await Installations.RecordAsync(host.Connection, place, counter: 1, waiting: 0, CancellationToken.None);
        await Installations.TrustAsync(host.Connection, place, counter: 1, CancellationToken.None);
        return host;
    }

    /// <summary>What a restore from a dump leads to, and its release; between them the fence raises its hold again.</summary>
    internal async Task RestoreAsync(Func<Task> meanwhile)
    {
        var place = await Installations.FindAsync(Connection, "", CancellationToken.None);
        await Installations.HoldAsync(Connection, new(place, Counter: 1), "restored", CancellationToken.None);
        await meanwhile();
        await Installations.HoldAsync(Connection, new(place, Counter: 2), "restored", CancellationToken.None);
        await Installations.AcceptAsync(Connection, CancellationToken.None);
        await ExecuteAsync("delete from mail.mt_doc_hold");
    }

    /// <summary>Another connection than <see cref="Connection"/>.</summary>
    internal ValueTask<NpgsqlConnection> ConnectAsync() => _store.DataSource.OpenConnectionAsync();

    internal async Task<Webhook> InsertAsync(string url = "https://shop.example/", params string[] types)
    {
        var (id, secret) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var webhook = new Webhook(id, "acme", url, types, null, TimeProvider.System.GetUtcNow())
        {
            Cursor = await EventFeed.EndAsync(Connection, CancellationToken.None),
        };
        return await WebhookTable.InsertAsync(
            Connection, webhook, (secret, SealedSecret.Seal(new byte[32], _key, WebhookTable.SecretRow(id, secret))),
            CancellationToken.None);
    }

    /// <summary>Events of acme's, which can be read; returns them.</summary>
    internal async Task<IReadOnlyList<FeedEvent>> InsertEventsAsync(int count, string type = EventType.EmailSent)
    {
        var before = await EventFeed.EndAsync(Connection, CancellationToken.None);
        await ExecuteAsync(
            $"insert into mail.event (type, client_id) select {EventType.Number(type)}, 'acme' from generate_series(1, {count})");
        var page = await Deadline.UntilAsync(
            () => EventFeed.ReadAsync(Connection, "acme", before, [], count, CancellationToken.None), page => page.Events.Count == count);
        return page.Events;
    }

    /// <summary>Moves a webhook's place behind everything, as a sender does that has delivered it.</summary>
    internal async Task<Webhook> AdvanceAsync(Webhook webhook, params FailedDelivery[] failed)
    {
        await ExecuteAsync($"update mail.webhook set leased_by = '{Sender}' where id = '{webhook.Id}'");
        var end = await EventFeed.EndAsync(Connection, CancellationToken.None);
        return (await WebhookWork.AdvanceAsync(
            Connection, Sender, webhook, new(end, Succeeded: failed.Length == 0, failed, failed.LastOrDefault()?.Answer),
            CancellationToken.None))!;
    }

    internal Task<List<LeasedWebhook>> LeaseAsync(params Guid[] busy) =>
        WebhookWork.LeaseAsync(Connection, Sender, "", clients: null, busy, limit: 8, CancellationToken.None);

    internal Task<ClaimedDelivery?> ClaimAsync(Webhook webhook, FeedEvent of) =>
        WebhookDeliveries.ClaimAsync(Connection, webhook.Id, of.Id, "", CancellationToken.None);

    internal async Task<WebhookDelivery> DeliveryAsync(Webhook webhook, FeedEvent of) =>
        (await DeliveryList.FindAsync(Connection, webhook.Id, [of.Id], CancellationToken.None))[of.Id];

    internal async Task<Webhook> FindAsync(Webhook webhook) =>
        (await WebhookTable.FindAsync(Connection, webhook.ClientId, webhook.Id, CancellationToken.None))!;

    internal WebhookWalk Walk(TimeProvider? time = null) => new(
        new(_store.DataSource), Deliveries, new([_key]), _client, _lanes, time ?? TimeProvider.System, NullLogger<WebhookWalk>.Instance);

    internal RepeatedDelivery Repeated() => Repeated(_key);

    /// <summary>Of a sender that has no key, or another one.</summary>
    internal RepeatedDelivery RepeatedWithoutKey() => Repeated([]);

    private RepeatedDelivery Repeated(params SecretsKey[] keys) => new(
        new(_store.DataSource), Deliveries, new(keys), _client, _lanes, new Instance("sender-1", ""), TimeProvider.System,
        NullLogger<RepeatedDelivery>.Instance);

    /// <summary>All of a sender's deliveries, but for timers.</summary>
    internal WebhookPump Pump() => new(
        new(_store.DataSource), Walk(), Repeated(), new([_key]), new Instance("sender-1", ""), TimeProvider.System,
        NullLogger<WebhookPump>.Instance);

    internal Task<T> AskAsync<T>(string sql) => _store.AskAsync<T>(sql);

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _lanes.Dispose();
        await Connection.DisposeAsync();
        await _store.DisposeAsync();
    }
}
