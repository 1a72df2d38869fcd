using MassTransit;
using MassTransit.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SchedulingApp;

// As an application has it that used MassTransit.Quartz: only this address is new.
var scheduler = new Uri("queue:scheduler");

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
#if SCHEDULER_PACKAGE
builder.Services.AddSingleton(Npgsql.NpgsqlDataSource.Create(args[1]));
#endif
builder.Services.AddMassTransit(bus =>
{
#if SCHEDULER_PACKAGE
    bus.AddPostgresMessageScheduler();
    bus.AddPostgresSchedulerEndpoint();
#else
    bus.AddMessageScheduler(scheduler);
#endif
    bus.AddConsumer<TeaConsumer>();
    bus.AddConsumer<KettleConsumer, KettleConsumerDefinition>();
    bus.UsingRabbitMq((context, rabbit) =>
    {
        rabbit.Host(new Uri(args[0].Replace("amqp://", "rabbitmq://", StringComparison.Ordinal)));
#if SCHEDULER_PACKAGE
        rabbit.UsePostgresMessageScheduler(context);
#else
        rabbit.UseMessageScheduler(scheduler);
#endif
        rabbit.ConfigureEndpoints(context);
    });
});
using var host = builder.Build();
await host.StartAsync();

await using (var scope = host.Services.CreateAsyncScope())
{
    var messages = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
    var tea = new Uri("queue:Tea");
    var due = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10);

    await messages.ScheduleSend(tea, due, new Tea("sent"), Pipe.Execute<SendContext<Tea>>(context =>
    {
        context.ConversationId = Guid.Parse("00000000-0000-0000-0000-000000000001");
        context.Headers.Set("sugar", "two");
    }));
    await messages.SchedulePublish(due, new Tea("published"));
    var cancelled = await messages.ScheduleSend(tea, due, new Tea("cancelled"));
    await messages.CancelScheduledSend(tea, cancelled.TokenId);

    var endpoint = await scope.ServiceProvider.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(scheduler);
    object Command(Guid token, string how) => new
    {
        CorrelationId = token,
        ScheduledTime = due,
        Destination = tea,
        Payload = new Tea(how),
        PayloadType = new[] { MessageUrn.ForTypeString<Tea>() },
    };

    // A cancel that overtakes its schedule, as it may on two channels: the schedule is on its way when the cancel is sent.
    var overtaken = NewId.NextGuid();
    await endpoint.Send<ScheduleMessage>(
        Command(overtaken, "overtaken"), Pipe.ExecuteAsync<SendContext<ScheduleMessage>>(async _ =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
            await messages.CancelScheduledSend(tea, overtaken);
        }));

    // And one that is scheduled anew after it was cancelled.
    var anew = NewId.NextGuid();
    await messages.CancelScheduledSend(tea, anew);
    await endpoint.Send<ScheduleMessage>(Command(anew, "anew"));
    await messages.ScheduleSend(new Uri("queue:Kettle"), due, new Kettle());

    // One that makes no sense must not stop the others.
    await endpoint.Send<ScheduleMessage>(new { InVar.CorrelationId, ScheduledTime = due });
    await messages.ScheduleSend(tea, due.AddSeconds(8), new Tea("last"));
}

await host.WaitForShutdownAsync();

namespace SchedulingApp
{
    public sealed record Tea(string How);

    public sealed record Kettle;

    /// <summary>Says what it got, a line each.</summary>
    public sealed class TeaConsumer : IConsumer<Tea>
    {
        public async Task Consume(ConsumeContext<Tea> context) =>
            await Console.Out.WriteLineAsync(context.Headers.Get<string>("sugar") is { } sugar
                ? $"tea {context.Message.How} {context.ConversationId} {sugar}"
                : $"tea {context.Message.How}");
    }

    /// <summary>Fails twice, and schedules tea from its context at last.</summary>
    public sealed class KettleConsumer : IConsumer<Kettle>
    {
        public async Task Consume(ConsumeContext<Kettle> context)
        {
            await Console.Out.WriteLineAsync($"kettle {context.GetRedeliveryCount()}");
            if (context.GetRedeliveryCount() < 2)
                throw new InvalidOperationException("too cold");
            await context.ScheduleSend(new Uri("queue:Tea"), TimeSpan.FromMilliseconds(100), new Tea("hot"));
        }
    }

    /// <summary>Redelivers through the scheduler.</summary>
    public sealed class KettleConsumerDefinition : ConsumerDefinition<KettleConsumer>
    {
        /// <inheritdoc/>
        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<KettleConsumer> consumerConfigurator,
            IRegistrationContext context) =>
            endpointConfigurator.UseScheduledRedelivery(retry => retry.Intervals(100, 100));
    }
}
