using System.Text;
using Mail.Hosting;
using Mail.SchedulerService;
using Mail.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.SchedulerService;

/// <summary>The count at the broker, by which the restore fence notices a database that went back.</summary>
public sealed class BrokerCountTests(TestServers servers)
{
    [Fact]
    public async Task A_count_that_an_older_version_left_is_heard_and_counted_on_in_the_same_queue()
    {
        var virtualHost = await servers.NewVirtualHostAsync();
        await using var connection = await new ConnectionFactory { Uri = new(virtualHost) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        // As it was declared before it had a description.
        await channel.QueueDeclareAsync(
            "restore-fence", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-max-length"] = 1,
                ["x-overflow"] = "drop-head",
            },
            cancellationToken: TestContext.Current.CancellationToken);
        await channel.BasicPublishAsync(
            "", "restore-fence", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("41"),
            TestContext.Current.CancellationToken);

        await using (var broker = Of(virtualHost))
        {
            Assert.Equal(
                41, await Deadline.UntilAsync(() => broker.ReadAsync(TestContext.Current.CancellationToken), read => read is not null));
            await broker.WriteAsync(42, TestContext.Current.CancellationToken);
        }

        await using var next = Of(virtualHost);
        Assert.Equal(42, await Deadline.UntilAsync(() => next.ReadAsync(TestContext.Current.CancellationToken), read => read is not null));
        Assert.Equal(["restore-fence"], await servers.QueuesAsync(virtualHost));
    }

    [Fact]
    public async Task An_instance_that_reads_the_count_and_fails_before_it_counts_on_hides_it_from_no_other()
    {
        var virtualHost = await servers.NewVirtualHostAsync();
        await using var failed = Of(virtualHost);
        await failed.WriteAsync(41, TestContext.Current.CancellationToken);
        // RabbitMQ 4 drops a message that was returned twenty times.
        for (var i = 0; i < 30; i++)
            Assert.Equal(41, await failed.ReadAsync(TestContext.Current.CancellationToken));

        await using var other = Of(virtualHost);
        Assert.Equal(41, await other.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_new_queue_says_what_its_one_message_is()
    {
        var virtualHost = await servers.NewVirtualHostAsync();
        await using var broker = Of(virtualHost);
        Assert.Null(await broker.ReadAsync(TestContext.Current.CancellationToken));
        await broker.WriteAsync(1, TestContext.Current.CancellationToken);
        Assert.StartsWith(
            "Always holds one message", await servers.ArgumentAsync(virtualHost, "restore-fence", "x-description"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_and_a_virtual_host_that_the_broker_refuses_are_told_in_words()
    {
        var virtualHost = await servers.NewVirtualHostAsync();
        await using var stranger = Of(new UriBuilder(virtualHost) { Password = "wrong" }.Uri.ToString());
        await using var lost = Of(new UriBuilder(virtualHost) { Path = "/nowhere" }.Uri.ToString());
        Assert.Contains("the user or the password is wrong", await ToldAsync(stranger), StringComparison.Ordinal);
        Assert.Contains("names a virtual host that RabbitMQ does not have", await ToldAsync(lost), StringComparison.Ordinal);

        static async Task<string> ToldAsync(BrokerCount broker) => FenceTrouble.Describe(
            await Assert.ThrowsAnyAsync<Exception>(() => broker.ReadAsync(TestContext.Current.CancellationToken)));
    }

    private static BrokerCount Of(string virtualHost) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:RabbitMq", virtualHost)]).Build(),
        new Instance("scheduler-1", ""));
}
