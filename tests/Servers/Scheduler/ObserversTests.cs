using System.Collections.Concurrent;
using Mail.Tests.Fixtures;
using MassTransit;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>What an application's filters and observers see of a scheduled message.</summary>
public sealed class ObserversTests(TestServers servers)
{
    [Theory]
    [InlineData(false, "Order")]
    [InlineData(true, "ScheduleMessage")]
    public async Task A_send_filter_runs_once_and_a_send_observer_sees_no_more_than_a_command(bool throughQueue, string filtered)
    {
        var received = new Received<Order>();
        var filter = new Names();
        await using var host = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            await servers.NewVirtualHostAsync(),
            throughQueue: throughQueue,
            endpoints: rabbit =>
            {
                rabbit.ConfigureSend(send => send.UseExecute(context => filter.Seen.Enqueue(NameOf(context))));
                rabbit.ReceiveEndpoint("orders", endpoint => endpoint.Handler<Order>(received.ConsumeAsync));
            });
        var observer = new Names();
        using var connected = host.Bus.ConnectSendObserver(observer);
        await host.Scheduler.ScheduleSend(
            new Uri("exchange:orders"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200), new Order(1));
        await received.WaitAsync(1);
        string[] observed = throughQueue ? [filtered] : [];
        Assert.Equal([filtered], filter.Seen.ToArray());
        Assert.Equal(observed, observer.Seen.ToArray());
    }

    private static string NameOf(SendContext context) => context.SupportedMessageTypes[0].Split(':')[^1];

    private sealed class Names : ISendObserver
    {
        internal ConcurrentQueue<string> Seen { get; } = [];

        public Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            Seen.Enqueue(NameOf(context));
            return Task.CompletedTask;
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
