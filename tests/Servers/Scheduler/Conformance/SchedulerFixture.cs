using Mail.Tests.Fixtures;
using MassTransit;
using MassTransit.Contracts.JobService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mail.Tests.Servers.Scheduler.Conformance;

/// <summary>An application with one of the schedulers that the suite is run on. Its tests share it, each with queues of its own.</summary>
public abstract class SchedulerFixture : IAsyncLifetime
{
    private NpgsqlDataSource? _database;
    private IHost _host = null!;
    private AsyncServiceScope _scope;

    internal IBus Bus => _scope.ServiceProvider.GetRequiredService<IBus>();
    internal IMessageScheduler Scheduler => _scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
    internal IRequestClient<SubmitJob<Brew>> Jobs => _scope.ServiceProvider.GetRequiredService<IRequestClient<SubmitJob<Brew>>>();

    /// <summary>Null where there is no RabbitMQ.</summary>
    internal string? RabbitMq { get; private set; }

    /// <summary>How early its clock may be: MassTransit's timers in memory tick in whole milliseconds.</summary>
    internal virtual TimeSpan Early => TimeSpan.Zero;

    public async ValueTask InitializeAsync()
    {
        if (Servers is { } servers)
        {
            RabbitMq = await servers.NewVirtualHostAsync();
            _database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        }

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddSingleton(TimeProvider.System);
        if (_database is not null)
            builder.Services.AddSingleton(_database);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetInMemorySagaRepositoryProvider();
            bus.AddSagaStateMachine<ReservationMachine, Reservation>();
            bus.AddSagaStateMachine<OrderingMachine, Ordering>();
            bus.AddConsumer<BrewConsumer, BrewConsumerDefinition>();
            bus.AddJobSagaStateMachines();
            Use(bus);
        });
        _host = builder.Build();
        await _host.StartAsync();
        _scope = _host.Services.CreateAsyncScope();
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.StopAsync();
        _host.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual TestServers? Servers => null;

    private protected abstract void Use(IBusRegistrationConfigurator bus);

    private protected void ConfigureRabbitMq(
        IBusRegistrationConfigurator bus, Action<IRabbitMqBusFactoryConfigurator, IBusRegistrationContext> scheduler) =>
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.Host(new Uri(RabbitMq!.Replace("amqp://", "rabbitmq://", StringComparison.Ordinal)));
            scheduler(rabbit, context);
            rabbit.ConfigureEndpoints(context);
        });
}

/// <summary>The library as an application has it that has the database too.</summary>
public sealed class DirectFixture(TestServers servers) : SchedulerFixture
{
    private protected override TestServers Servers => servers;

    private protected override void Use(IBusRegistrationConfigurator bus)
    {
        bus.AddPostgresMessageScheduler();
        ConfigureRabbitMq(bus, (rabbit, context) => rabbit.UsePostgresMessageScheduler(context));
    }
}

/// <summary>The library behind its queue, as an application has it that knows no more than an address.</summary>
public sealed class QueueFixture(TestServers servers) : SchedulerFixture
{
    private static readonly Uri _queue = new("queue:scheduler");

    private protected override TestServers Servers => servers;

    private protected override void Use(IBusRegistrationConfigurator bus)
    {
        // First the application's: the scheduler's process adds what is not there yet.
        bus.AddMessageScheduler(_queue);
        bus.AddPostgresMessageScheduler();
        bus.AddPostgresSchedulerEndpoint();
        ConfigureRabbitMq(bus, (rabbit, _) => rabbit.UseMessageScheduler(_queue));
    }
}

/// <summary>The control: MassTransit's own scheduler, in memory.</summary>
public sealed class InMemoryFixture : SchedulerFixture
{
    internal override TimeSpan Early => TimeSpan.FromMilliseconds(20);

    private protected override void Use(IBusRegistrationConfigurator bus)
    {
        bus.AddDelayedMessageScheduler();
        bus.UsingInMemory((context, memory) =>
        {
            memory.UseDelayedMessageScheduler();
            memory.ConfigureEndpoints(context);
        });
    }
}
