using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>An application of one's own with the scheduler in it: a bus, a database, and nothing of e-mail.</summary>
internal sealed class SchedulerHost : IAsyncDisposable
{
    private static readonly Uri _queue = new("queue:scheduler");

    private readonly IHost _host;
    private readonly AsyncServiceScope _scope;

    private SchedulerHost(IHost host) => (_host, _scope) = (host, host.Services.CreateAsyncScope());

    internal IServiceProvider Services => _scope.ServiceProvider;
    internal IMessageScheduler Scheduler => Services.GetRequiredService<IMessageScheduler>();
    internal PostgresMessageScheduler Batches => Services.GetRequiredService<PostgresMessageScheduler>();
    internal IRecurringMessageScheduler Recurring => Services.GetRequiredService<IRecurringMessageScheduler>();
    internal IBus Bus => Services.GetRequiredService<IBus>();
    internal NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    internal static async Task<SchedulerHost> StartAsync(
        string postgres,
        string rabbitMq,
        Action<IBusRegistrationConfigurator>? registrations = null,
        Action<IRabbitMqBusFactoryConfigurator>? endpoints = null,
        Action<PostgresSchedulerOptions>? options = null,
        TimeProvider? time = null,
        bool throughQueue = false)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(NpgsqlDataSource.Create(postgres));
        // What is published before the queues are bound is nobody's.
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            if (throughQueue)
                bus.AddMessageScheduler(_queue);
            bus.AddPostgresMessageScheduler(options);
            if (throughQueue)
                bus.AddPostgresSchedulerEndpoint();
            registrations?.Invoke(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(rabbitMq.Replace("amqp://", "rabbitmq://", StringComparison.Ordinal)));
                if (throughQueue)
                    rabbit.UseMessageScheduler(_queue);
                else
                    rabbit.UsePostgresMessageScheduler(context);
                endpoints?.Invoke(rabbit);
                rabbit.ConfigureEndpoints(context);
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        var database = Database;
        await _scope.DisposeAsync();
        await _host.StopAsync();
        _host.Dispose();
        await database.DisposeAsync(); // the host does not own it, and its idle connections would outlive the test
    }
}
