using MassTransit;
using PostgresScheduler;

namespace Mail.Tests.Decisions.Scheduler;

/// <summary>When the dispatchers begin.</summary>
public sealed class ReadinessTests
{
    [Theory]
    [InlineData(BusHealthStatus.Healthy)]
    [InlineData(BusHealthStatus.Degraded)]
    public async Task They_begin_once_the_bus_can_publish_even_where_an_endpoint_is_broken(BusHealthStatus status)
    {
        var asked = 0;
        await DispatcherLoop.UntilReadyAsync(
            () => asked++ == 0 ? BusHealthStatus.Unhealthy : status, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        var waiting = DispatcherLoop.UntilReadyAsync(() => BusHealthStatus.Unhealthy, TimeProvider.System, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
