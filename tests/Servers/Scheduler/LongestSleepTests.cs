using Mail.Tests.Fixtures;
using MassTransit;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>A dispatcher that may sleep long is woken for what is due sooner.</summary>
public sealed class LongestSleepTests(TestServers servers) : IAsyncLifetime
{
    private readonly Received<Order> _received = new();
    private string _rabbitMq = null!;
    private SchedulerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _rabbitMq = await servers.NewVirtualHostAsync();
        _host = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            _rabbitMq,
            endpoints: _received.ListenToOrders,
            options: options => options.LongestSleep = TimeSpan.FromHours(1));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_is_due_in_five_seconds_is_not_slept_through()
    {
        // It sleeps by then: the first one has gone out.
        var orders = new Uri("exchange:orders");
        await _host.Scheduler.ScheduleSend(orders, default, new Order(1));
        await _received.WaitAsync(1);
        await _host.Scheduler.ScheduleSend(orders, TimeProvider.System.GetUtcNow().AddSeconds(5).UtcDateTime, new Order(2));
        await _received.WaitAsync(2);
    }

    [Fact]
    public async Task What_was_refused_is_tried_again_after_its_pause()
    {
        await _host.Scheduler.ScheduleSend(new Uri("exchange:later"), default, new Order(1));
        await Deadline.UntilAsync(AttemptsAsync, attempts => attempts > 0);
        await using (var connection = await new ConnectionFactory { Uri = new Uri(_rabbitMq) }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.ExchangeBindAsync("orders", "later", "");
        }

        await _received.WaitAsync(1);
    }

    private async Task<int> AttemptsAsync()
    {
        await using var command = _host.Database.CreateCommand("select coalesce(max(attempts), 0) from scheduler.timers");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
