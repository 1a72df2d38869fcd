using Mail.Tests.Fixtures;
using MassTransit;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>MassTransit's <see cref="IMessageScheduler"/>, on real servers.</summary>
public sealed class SchedulingTests(TestServers servers) : IAsyncLifetime
{
    private static readonly Uri _orders = new("exchange:orders");

    private readonly Received<Order> _received = new();
    private string _database = null!;
    private string _virtualHost = null!;
    private SchedulerHost _host = null!;

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.NewDatabaseAsync();
        _virtualHost = await servers.NewVirtualHostAsync();
        _host = await SchedulerHost.StartAsync(
            _database,
            _virtualHost,
            endpoints: _received.ListenToOrders);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_message_is_sent_when_it_is_due_and_not_before()
    {
        var due = Now.AddMilliseconds(700);
        await _host.Scheduler.ScheduleSend(_orders, due, new Order(1));
        var (context, at) = Assert.Single(await _received.WaitAsync(1));
        Assert.Equal(1, context.Message.Number);
        Assert.InRange(at.UtcDateTime, due, due.AddSeconds(5));
    }

    [Fact]
    public async Task A_time_of_day_in_the_local_zone_is_converted()
    {
        await _host.Scheduler.ScheduleSend(_orders, Now.ToLocalTime(), new Order(1));
        await _received.WaitAsync(1);
    }

    [Fact]
    public async Task A_message_is_published_when_it_is_due()
    {
        await _host.Scheduler.SchedulePublish(Now.AddMilliseconds(300), new Order(2));
        Assert.Equal(2, Assert.Single(await _received.WaitAsync(1)).Context.Message.Number);
    }

    [Fact]
    public async Task Cancelled_messages_are_neither_sent_nor_published()
    {
        var due = Now.AddSeconds(5);
        var send = await _host.Scheduler.ScheduleSend(_orders, due, new Order(1));
        var publish = await _host.Scheduler.SchedulePublish(due, new Order(2));
        await _host.Scheduler.ScheduleSend(_orders, due.AddMilliseconds(500), new Order(3));
        await _host.Scheduler.CancelScheduledSend(_orders, send.TokenId);
        await _host.Scheduler.CancelScheduledPublish<Order>(publish.TokenId);
        Assert.Equal([3], (await _received.WaitAsync(1)).Select(received => received.Context.Message.Number));
    }

    [Fact]
    public async Task No_due_time_is_too_far_off()
    {
        var due = Now;
        await _host.Scheduler.ScheduleSend(_orders, new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc), new Order(1));
        // The delayed exchange's plugin fires at once what is more than 49.7 days off.
        await _host.Scheduler.ScheduleSend(_orders, due.AddDays(60), new Order(2));
        await _host.Scheduler.ScheduleSend(_orders, due.AddMilliseconds(500), new Order(3));
        Assert.Equal([3], (await _received.WaitAsync(1)).Select(received => received.Context.Message.Number));
    }

    [Fact]
    public async Task A_due_time_that_was_never_set_means_at_once()
    {
        await _host.Scheduler.ScheduleSend(_orders, default, new Order(1));
        await _received.WaitAsync(1);
    }

    [Fact]
    public async Task Many_are_scheduled_and_cancelled_in_one_call()
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(10);
        var tokens = Enumerable.Range(0, 2000).Select(_ => NewId.NextGuid()).ToArray();
        await _host.Batches.ScheduleSendBatch(_orders, tokens.Select((token, number) => (token, due, new Order(number))));
        await _host.Batches.CancelScheduledSendBatch(tokens[..1000]);
        var received = await _received.WaitAsync(1000);
        Assert.Equal(Enumerable.Range(1000, 1000), received.Select(message => message.Context.Message.Number).Order());
        Assert.All(received, message => Assert.True(message.At >= due));
    }

    [Fact]
    public async Task A_message_exists_if_and_only_if_the_callers_transaction_commits()
    {
        await using var connection = await _host.Database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var outbox = _host.Batches.EnlistIn(transaction);
            await outbox.ScheduleSend(_orders, default, new Order(1));
            await transaction.RollbackAsync();
        }

        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var outbox = _host.Batches.EnlistIn(transaction);
            await outbox.SchedulePublish(default, new Order(2));
            var cancelled = await outbox.ScheduleSend(_orders, default, new Order(3));
            await outbox.CancelScheduledSend(_orders, cancelled.TokenId);
            Assert.Empty(_received.Messages);
            await transaction.CommitAsync();
        }

        await _host.Scheduler.ScheduleSend(_orders, Now.AddMilliseconds(300), new Order(4));
        Assert.Equal([2, 4], (await _received.WaitAsync(2)).Select(received => received.Context.Message.Number).Order());
    }

    [Fact]
    public async Task A_scheduler_whose_transaction_is_over_says_so()
    {
        await using var connection = await _host.Database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        var outbox = _host.Batches.EnlistIn(transaction);
        await transaction.CommitAsync();
        await transaction.DisposeAsync();
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => outbox.ScheduleSend(_orders, default, new Order(1)));
    }

    [Fact]
    public async Task An_applications_clock_that_is_ahead_makes_nothing_early()
    {
        await using var hasty = await SchedulerHost.StartAsync(_database, _virtualHost, time: new Ahead());
        var due = Now.AddSeconds(1);
        await _host.Scheduler.ScheduleSend(_orders, due, new Order(1));
        Assert.True(Assert.Single(await _received.WaitAsync(1)).At.UtcDateTime >= due);
    }

    private sealed class Ahead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}

public sealed record Order(int Number);
