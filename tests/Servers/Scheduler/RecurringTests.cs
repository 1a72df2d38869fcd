using System.Security.Cryptography;
using Mail.Tests.Fixtures;
using MassTransit;
using MassTransit.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using PostgresScheduler;
using Quartz = MassTransit.MessageHeaders.Quartz;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>MassTransit's recurring schedules, through the queue.</summary>
public sealed class RecurringTests(TestServers servers) : IAsyncLifetime
{
    private static readonly Uri _orders = new("queue:orders");

    private readonly Received<Order> _received = new();
    private readonly Received<Fault<ScheduleRecurringMessage>> _faults = new();
    private SchedulerHost _host = null!;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _host = await SchedulerHost.StartAsync(
        await servers.NewDatabaseAsync(),
        await servers.NewVirtualHostAsync(),
        throughQueue: true,
        endpoints: rabbit =>
        {
            _received.ListenToOrders(rabbit);
            rabbit.ReceiveEndpoint("faults", endpoint => endpoint.Handler<Fault<ScheduleRecurringMessage>>(_faults.ConsumeAsync));
        });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task One_comes_at_each_time_and_none_while_it_is_paused_or_once_it_is_cancelled()
    {
        var schedule = new Every("* * * * * ?");
        await _host.Recurring.ScheduleRecurringSend(_orders, schedule, new Order(1), TestContext.Current.CancellationToken);
        // The first ones pay for connections, and for what is compiled.
        var (first, dues) = await ThreeInTimeAsync();
        Assert.Equal(3, first.Select(order => order.Context.MessageId).Distinct().Count());
        Assert.Equal(dues[1], first[0].Context.Headers.Get<DateTimeOffset>(Quartz.NextScheduled));
        Assert.Equal(dues[0], first[1].Context.Headers.Get<DateTimeOffset>(Quartz.PreviousSent));
        Assert.Equal("every", first[0].Context.Headers.Get<string>(Quartz.ScheduleId));

        await _host.Recurring.PauseScheduledRecurringSend("every", "tests");
        await UntilAsync("paused");
        var paused = _received.Messages.Count;
        await NothingComesAsync(paused);
        await _host.Recurring.ResumeScheduledRecurringSend("every", "tests");
        await _received.WaitAsync(paused + 2);

        await _host.Recurring.CancelScheduledRecurringSend("every", "tests");
        await UntilAsync("cancelled");
        await NothingComesAsync(_received.Messages.Count);
    }

    [Fact]
    public async Task A_schedule_that_is_sent_again_replaces_itself_and_one_that_was_cancelled_begins_anew()
    {
        await _host.Recurring.ScheduleRecurringSend(_orders, new Every("* * * * * ?"), new Order(1), TestContext.Current.CancellationToken);
        await _received.WaitAsync(1);
        await _host.Recurring.ScheduleRecurringSend(_orders, new Every("0 0 0 1 1 ?"), new Order(2), TestContext.Current.CancellationToken);
        await UntilAsync("cron = '0 0 0 1 1 ?'");
        await NothingComesAsync(_received.Messages.Count);
        await _host.Recurring.CancelScheduledRecurringSend("every", "tests");
        await _host.Recurring.ScheduleRecurringPublish(new Every("* * * * * ?"), new Order(3), TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => Task.FromResult(_received.Messages), orders => orders.Contains(new Order(3)));
        Assert.DoesNotContain(new Order(2), _received.Messages);
    }

    [Fact]
    public async Task It_ends_at_its_end_and_leaves_nothing_behind()
    {
        await _host.Recurring.ScheduleRecurringSend(
            _orders, new Every("* * * * * ?") { EndTime = Now.AddSeconds(2) }, new Order(1), TestContext.Current.CancellationToken);
        await _received.WaitAsync(1);
        await using var left = _host.Database.CreateCommand(
            "select (select count(*) from scheduler.recurring) + (select count(*) from scheduler.timers)");
        await Deadline.UntilAsync(() => left.ExecuteScalarAsync(), count => count is 0L);
    }

    [Theory]
    [InlineData("0 0 9 ? * 9", "", "is no day of the week")]
    [InlineData("0 0 9 30 2 ?", "", "never comes")]
    [InlineData("0 0 9 * * ?", "Middle-earth/Shire", "is not known here")]
    [InlineData("", "", "lacks its destination")]
    public async Task What_makes_no_sense_gets_a_fault_that_says_so(string cron, string zone, string reason)
    {
        await _host.Recurring.ScheduleRecurringSend(
            _orders, new Every(cron) { TimeZoneId = zone }, new Order(1), TestContext.Current.CancellationToken);
        var (fault, _) = Assert.Single(await _faults.WaitAsync(1));
        Assert.Contains(reason, Assert.Single(fault.Message.Exceptions).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_database_cannot_store_gets_a_fault_and_stops_no_other()
    {
        foreach (var id in (string[])["nul\0", RandomNumberGenerator.GetHexString(20_000)])
        {
            await _host.Recurring.ScheduleRecurringSend(
                _orders, new Every("* * * * * ?") { ScheduleId = id }, new Order(1), TestContext.Current.CancellationToken);
        }

        await _host.Recurring.ScheduleRecurringSend(
            _orders,
            new Every("* * * * * ?"),
            new Order(1),
            Pipe.Execute<SendContext<Order>>(context => context.Headers.Set("text", "nul\0")),
            TestContext.Current.CancellationToken);
        var faults = await _faults.WaitAsync(3);
        Assert.Equal(
            ["22", "22", "54"],
            faults.Select(fault => Assert.Single(fault.Context.Message.Exceptions).Message[..2]).Order(StringComparer.Ordinal));
        await _host.Recurring.ScheduleRecurringSend(_orders, new Every("* * * * * ?"), new Order(2), TestContext.Current.CancellationToken);
        await _received.WaitAsync(1);
        Assert.DoesNotContain(new Order(1), _received.Messages);
    }

    [Fact]
    public async Task One_that_is_later_than_it_may_be_is_dropped()
    {
        var due = Now.AddMinutes(-2);
        var (skipped, sent) = (
            MessageEnvelope.Seal(new Order(1), _orders, due, NewId.NextGuid()),
            MessageEnvelope.Seal(new Order(2), _orders, due, NewId.NextGuid()));
        await using var connection = await _host.Database.OpenConnectionAsync();
        await _host.Services.GetRequiredService<TimerTable>().ScheduleAsync(
            connection,
            [skipped with { Properties = skipped.Properties with { NotLaterThan = TimeSpan.FromMinutes(1) } }, sent],
            CancellationToken.None);
        await using var left = _host.Database.CreateCommand("select count(*) from scheduler.timers");
        await Deadline.UntilAsync(() => left.ExecuteScalarAsync(), count => count is 0L);
        await _received.WaitAsync(1);
        Assert.Equal([new Order(2)], _received.Messages);
    }

    // Three in a row that came when they were due, and their due times.
    private async Task<(IReadOnlyList<(ConsumeContext<Order> Context, DateTimeOffset At)> Orders, List<DateTimeOffset> Dues)>
        ThreeInTimeAsync()
    {
        var orders = await Deadline.UntilAsync(
            () => Task.FromResult(Enumerable.Range(0, Math.Max(0, _received.All.Count - 2))
                .Select(first => _received.All.Skip(first).Take(3).ToList()).FirstOrDefault(AreInTime)),
            three => three is not null);
        return (orders!, [.. orders!.Select(Due)]);

        static DateTimeOffset Due((ConsumeContext<Order> Context, DateTimeOffset At) order) =>
            order.Context.Headers.Get<DateTimeOffset>(Quartz.Scheduled)!.Value;

        static bool AreInTime(IReadOnlyList<(ConsumeContext<Order> Context, DateTimeOffset At)> three) =>
            three.Zip(three.Skip(1)).All(pair => Due(pair.Second) - Due(pair.First) == TimeSpan.FromSeconds(1))
            && three.All(order => order.At >= Due(order) && order.At <= Due(order).AddSeconds(0.9));
    }

    // By the database, which is what the promise is about: from the commit on.
    private async Task UntilAsync(string state)
    {
        await using var count = _host.Database.CreateCommand($"select count(*) from scheduler.recurring where {state}");
        await Deadline.UntilAsync(() => count.ExecuteScalarAsync(), found => found is 1L);
    }

    // What was confirmed before the commit may still be on its way from the broker; a tick later all of it is here.
    private async Task NothingComesAsync(int already)
    {
        var due = Now.AddSeconds(1.5);
        await _host.Scheduler.ScheduleSend(_orders, due.UtcDateTime, new Order(-1), TestContext.Current.CancellationToken);
        await Deadline.UntilAsync(() => Task.FromResult(_received.Messages), orders => orders is [.., { Number: -1 }]);
        Assert.InRange(_received.Messages.Count, already + 1, already + 2);
    }

    private sealed class Every(string cron) : RecurringSchedule
    {
        public string TimeZoneId { get; init; } = "UTC";
        public DateTimeOffset StartTime => default;
        public DateTimeOffset? EndTime { get; init; }
        public string ScheduleId { get; init; } = "every";
        public string ScheduleGroup => "tests";
        public string CronExpression => cron;
        public string Description => "";
        public MissedEventPolicy MisfirePolicy => MissedEventPolicy.Default;
    }
}
