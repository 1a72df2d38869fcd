using Mail.Tests.Fixtures;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PostgresScheduler;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>What the broker won't have is set aside with its reason, and never in the way of the rest.</summary>
public sealed class RefusedTests(TestServers servers) : IAsyncLifetime
{
    private static readonly Uri _orders = new("exchange:orders");

    private readonly Received<Order> _received = new();
    private string _rabbitMq = null!;
    private SchedulerHost _host = null!;

    private DeadLetters SetAside => _host.Services.GetRequiredService<DeadLetters>();

    public async ValueTask InitializeAsync()
    {
        _rabbitMq = await servers.NewVirtualHostAsync();
        _host = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            _rabbitMq,
            endpoints: _received.ListenToOrders,
            options: options => options.Attempts = 1);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("exchange:nobody-listens", "nothing is bound to exchange 'nobody-listens'")]
    [InlineData("exchange:orders?type=direct", "inequivalent arg 'type'")]
    [InlineData("sometimes://else/where", "sometimes")]
    public async Task One_that_has_nowhere_to_go_is_set_aside_and_the_rest_goes_out(string address, string reason)
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await _host.Batches.ScheduleSendBatch(
            _orders, Enumerable.Range(0, 1000).Select(number => (NewId.NextGuid(), due, new Order(number))));
        var token = NewId.NextGuid();
        await ScheduleRawAsync(MessageEnvelope.Seal(new Order(-1), new Uri(address), due, token));
        Assert.Equal(
            Enumerable.Range(0, 1000), (await _received.WaitAsync(1000)).Select(received => received.Context.Message.Number).Order());
        var aside = Assert.Single(await Deadline.UntilAsync(() => SetAside.ListAsync(), list => list.Count > 0));
        Assert.Equal((token, 1), (aside.TokenId, aside.Attempts));
        Assert.Contains(reason, aside.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_makes_the_broker_close_the_channel_is_found_among_the_others()
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await _host.Batches.ScheduleSendBatch(
            _orders, Enumerable.Range(0, 200).Select(number => (NewId.NextGuid(), due, new Order(number))));
        var forged = MessageEnvelope.Seal(new Order(-1), _orders, due, NewId.NextGuid());
        await ScheduleRawAsync(forged with { Properties = forged.Properties with { UserId = "somebody-else" } });
        var received = await _received.WaitAsync(200);
        Assert.Equal(Enumerable.Range(0, 200), received.Select(message => message.Context.Message.Number).Distinct().Order());
        var aside = Assert.Single(await Deadline.UntilAsync(() => SetAside.ListAsync(), list => list.Count > 0));
        Assert.Equal(forged.TokenId, aside.TokenId);
        Assert.Contains("user_id", aside.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_the_reason_is_gone_it_can_be_tried_again()
    {
        await _host.Scheduler.ScheduleSend(new Uri("exchange:later"), default, new Order(1));
        var aside = Assert.Single(await Deadline.UntilAsync(() => SetAside.ListAsync(), list => list.Count > 0));
        await using (var connection = await new ConnectionFactory { Uri = new Uri(_rabbitMq) }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.ExchangeBindAsync("orders", "later", "");
        }

        Assert.Equal(1, await SetAside.TryAgainAsync([aside.TokenId, NewId.NextGuid()]));
        await _received.WaitAsync(1);
        Assert.Empty(await SetAside.ListAsync());
    }

    [Fact]
    public async Task The_metrics_show_what_is_set_aside()
    {
        await _host.Scheduler.ScheduleSend(new Uri("exchange:nobody-listens"), default, new Order(1));
        await Deadline.UntilAsync(() => SetAside.ListAsync(), list => list.Count > 0);
        await using var connection = await _host.Database.OpenConnectionAsync();
        var counts = await TimerCounts.ReadAsync(
            connection, _host.Services.GetRequiredService<PostgresSchedulerOptions>(), CancellationToken.None);
        Assert.Equal((0, 1), (counts.Due, counts.SetAside));
    }

    private async Task ScheduleRawAsync(TimedMessage message)
    {
        await using var connection = await _host.Database.OpenConnectionAsync();
        await _host.Services.GetRequiredService<TimerTable>().ScheduleAsync(connection, [message], CancellationToken.None);
    }
}
