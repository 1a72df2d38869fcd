using Mail.Hosting;
using Mail.SchedulerService;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.SchedulerService;

/// <summary>What one instance of SchedulerService does for the others at the restore fence.</summary>
public sealed class FenceCheckTests(TestServers servers)
{
    private static readonly Instance _instance = new("scheduler-1", "");

    [Fact]
    public async Task An_instance_that_remembers_the_count_tells_it_to_a_wiped_broker_while_it_cannot_reach_the_database()
    {
        await using var host = await StoreHost.StartAsync(servers);
        var (proxy, postgres) = TcpProxy.BeforePostgres(host.ConnectionString);
        await using var _ = proxy;
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        var rabbitMq = await servers.NewVirtualHostAsync();
        await using var broker = Count(rabbitMq);
        var check = new FenceCheck(dataSource, broker, _instance, TimeProvider.System, NullLogger<FenceCheck>.Instance);
        Assert.Null(await check.RunOnceAsync(TestContext.Current.CancellationToken));

        await DeleteQueueAsync(rabbitMq);
        proxy.Cut();
        await using var another = Count(rabbitMq);
        // The first time it finds its channel closed.
        await Deadline.UntilAsync(
            async () =>
            {
                await Assert.ThrowsAnyAsync<NpgsqlException>(() => check.RunOnceAsync(TestContext.Current.CancellationToken));
                return await another.ReadAsync(TestContext.Current.CancellationToken);
            },
            count => count == 1);
    }

    private static BrokerCount Count(string rabbitMq) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:RabbitMq", rabbitMq)]).Build(), _instance);

    private static async Task DeleteQueueAsync(string rabbitMq)
    {
        await using var connection = await new ConnectionFactory { Uri = new(rabbitMq) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueDeleteAsync("restore-fence", cancellationToken: TestContext.Current.CancellationToken);
    }
}
