using System.Collections.Concurrent;
using Mail.Tests.Fixtures;
using MassTransit;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>What a queue was given, and when.</summary>
internal sealed class Received<T>
    where T : class
{
    private readonly ConcurrentQueue<(ConsumeContext<T> Context, DateTimeOffset At)> _all = new();

    /// <summary>All of it, so far.</summary>
    internal IReadOnlyList<(ConsumeContext<T> Context, DateTimeOffset At)> All => [.. _all];

    internal IReadOnlyList<T> Messages => [.. _all.Select(received => received.Context.Message)];

    /// <summary>Has a bus consume the queue <c>orders</c>.</summary>
    internal void ListenToOrders(IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.ReceiveEndpoint("orders", endpoint => endpoint.Handler<T>(ConsumeAsync));

    internal Task ConsumeAsync(ConsumeContext<T> context)
    {
        _all.Enqueue((context, TimeProvider.System.GetUtcNow()));
        return Task.CompletedTask;
    }

    /// <summary>Waits for so many, and returns all.</summary>
    internal async Task<IReadOnlyList<(ConsumeContext<T> Context, DateTimeOffset At)>> WaitAsync(int count) =>
        await Deadline.UntilAsync(() => Task.FromResult(_all.ToArray()), all => all.Length >= count);
}
