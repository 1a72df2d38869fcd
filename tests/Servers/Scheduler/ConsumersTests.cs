using Mail.Tests.Fixtures;
using MassTransit;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>MassTransit's own uses of a scheduler: from consumers, for redelivery, and for a saga's timeouts.</summary>
public sealed class ConsumersTests(TestServers servers)
{
    [Fact]
    public async Task A_consumer_schedules_through_its_context_and_the_conversation_goes_on()
    {
        var received = new Received<Reminder>();
        await using var host = await StartAsync(rabbit =>
        {
            rabbit.ReceiveEndpoint("orders", endpoint => endpoint.Handler<Order>(
                context => context.ScheduleSend(
                    new Uri("exchange:reminders"), TimeSpan.FromMilliseconds(200), new Reminder(context.Message.Number))));
            rabbit.ReceiveEndpoint("reminders", endpoint => endpoint.Handler<Reminder>(received.ConsumeAsync));
        });
        var conversation = NewId.NextGuid();
        await host.Bus.Publish(new Order(5), context => context.ConversationId = conversation);
        var (context, _) = Assert.Single(await received.WaitAsync(1));
        Assert.Equal(5, context.Message.Number);
        Assert.Equal(conversation, context.ConversationId);
        Assert.NotNull(context.GetSchedulingTokenId());
    }

    [Fact]
    public async Task A_consumer_that_fails_gets_its_message_again_after_each_pause_and_then_the_fault_is_published()
    {
        var deliveries = new List<(int Redelivery, DateTimeOffset At)>();
        var faults = new Received<Fault<Order>>();
        await using var host = await StartAsync(rabbit =>
        {
            rabbit.ReceiveEndpoint("orders", endpoint =>
            {
                endpoint.UseScheduledRedelivery(retry => retry.Intervals(300, 600));
                endpoint.Handler<Order>(context =>
                {
                    deliveries.Add((context.GetRedeliveryCount(), TimeProvider.System.GetUtcNow()));
                    throw new InvalidOperationException("not yet");
                });
            });
            rabbit.ReceiveEndpoint("faults", endpoint => endpoint.Handler<Fault<Order>>(faults.ConsumeAsync));
        });
        await host.Bus.Publish(new Order(1));
        var (fault, _) = Assert.Single(await faults.WaitAsync(1));
        Assert.Equal("not yet", fault.Message.Exceptions.Single().Message);
        Assert.Equal([0, 1, 2], deliveries.Select(delivery => delivery.Redelivery));
        Assert.True(deliveries[1].At - deliveries[0].At >= TimeSpan.FromMilliseconds(300));
        Assert.True(deliveries[2].At - deliveries[1].At >= TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public async Task A_sagas_timeout_comes_and_one_that_it_unschedules_does_not()
    {
        var held = new Received<ReservationHeld>();
        var outcomes = new Received<ReservationOver>();
        await using var host = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            await servers.NewVirtualHostAsync(),
            bus => bus.AddSagaStateMachine<ReservationMachine, Reservation>().InMemoryRepository(),
            rabbit => rabbit.ReceiveEndpoint("outcomes", endpoint =>
            {
                endpoint.Handler<ReservationHeld>(held.ConsumeAsync);
                endpoint.Handler<ReservationOver>(outcomes.ConsumeAsync);
            }));
        var (forgotten, paid) = (NewId.NextGuid(), NewId.NextGuid());
        await host.Bus.Publish(new Reserved(forgotten));
        await host.Bus.Publish(new Reserved(paid));
        await held.WaitAsync(2);
        // The saga that is paid for unschedules its timeout; both are over by the time that the other's has come.
        await host.Bus.Publish(new Paid(paid));
        var all = await outcomes.WaitAsync(2);
        Assert.Equal(
            [(forgotten, "expired"), (paid, "paid")],
            all.Select(outcome => (outcome.Context.Message.ReservationId, outcome.Context.Message.How))
                .OrderBy(outcome => outcome.How, StringComparer.Ordinal));
        // The timer goes after its message was confirmed, and the message may be there first.
        await using var left = host.Database.CreateCommand("select count(*) from scheduler.timers where not cancelled");
        await Deadline.UntilAsync(() => left.ExecuteScalarAsync(), count => count is 0L);
    }

    private async Task<SchedulerHost> StartAsync(Action<IRabbitMqBusFactoryConfigurator> endpoints) =>
        await SchedulerHost.StartAsync(await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), endpoints: endpoints);
}

public sealed record Reminder(int Number);
