using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>An application that used MassTransit.Quartz, and only changed the address.</summary>
public sealed class SchedulingAppTests(TestServers servers)
{
    [Fact]
    public async Task SchedulerService_serves_masstransits_own_scheduling_messages()
    {
        var rabbitMq = await servers.NewVirtualHostAsync();
        await using var scheduler = ServiceProcess.On(await servers.NewDatabaseAsync(), rabbitMq, "SchedulerService");
        await scheduler.StartAsync();
        await using var app = new ServiceProcess("SchedulingApp", [], "tests", rabbitMq);
        app.Launch();
        var log = await Deadline.UntilAsync(
            () => Task.FromResult(app.Log), log => log.Contains("tea last", StringComparison.Ordinal), Deadline.Start);
        var lines = log.Split('\n')
            .Where(line => line.StartsWith("tea ", StringComparison.Ordinal) || line.StartsWith("kettle ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            [
                "kettle 0", "kettle 1", "kettle 2",
                "tea anew", "tea hot", "tea last", "tea published",
                "tea sent 00000000-0000-0000-0000-000000000001 two",
            ],
            lines.Order(StringComparer.Ordinal));
        Assert.Equal("tea last", lines[^1]);
        await scheduler.SaysAsync("lacks its destination, payload, payload type or correlation id");
    }
}
