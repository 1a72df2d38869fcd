using Mail.Tests.Fixtures;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>An application that is started and ended by other hands than those of a host.</summary>
public sealed class HarnessTests(TestServers servers)
{
    [Fact]
    public async Task Under_masstransits_test_harness_the_schema_is_there_before_the_first_message()
    {
        await using var database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        await using var provider = await NewProviderAsync(database);
        var harness = await provider.StartTestHarness();
        await provider.GetRequiredService<IMessageScheduler>().SchedulePublish(
            TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200), new Order(1));
        Assert.True(await harness.Consumed.Any<Order>(TestContext.Current.CancellationToken));
        await harness.Stop(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_schedules_before_anything_was_started_finds_the_schema()
    {
        await using var database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        await using var provider = await NewProviderAsync(database);
        await provider.GetRequiredService<IMessageScheduler>().CancelScheduledSend(new Uri("queue:nowhere"), NewId.NextGuid());
        await using var count = database.CreateCommand("select count(*) from scheduler.timers");
        Assert.Equal(1L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_started_provider_that_is_disposed_without_a_stop_is_gone_at_once()
    {
        await using var database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        var provider = await NewProviderAsync(database);
        foreach (var service in provider.GetServices<IHostedService>())
            await service.StartAsync(TestContext.Current.CancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        await provider.DisposeAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    private async Task<ServiceProvider> NewProviderAsync(NpgsqlDataSource database)
    {
        var rabbitMq = await servers.NewVirtualHostAsync();
        return new ServiceCollection()
            .AddSingleton(database)
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                // What waits to be due is no activity of the bus.
                bus.SetTestTimeouts(testInactivityTimeout: Deadline.Soon);
                bus.AddPostgresMessageScheduler();
                bus.AddHandler((Order _) => Task.CompletedTask);
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(new Uri(rabbitMq.Replace("amqp://", "rabbitmq://", StringComparison.Ordinal)));
                    rabbit.UsePostgresMessageScheduler(context);
                    rabbit.ConfigureEndpoints(context);
                });
            })
            .BuildServiceProvider(validateScopes: true);
    }
}
