using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;
using MassTransit.Transports;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using ConnectionContext = MassTransit.RabbitMqTransport.ConnectionContext;

namespace PostgresScheduler;

/// <summary>
/// A channel of our own on the bus's connection. A message that waits in the table went through the bus's send pipeline
/// when it was scheduled; sending it through that again would run the filters twice and cost three times the processor
/// time. The channel tracks confirms and has no limiter: RabbitMQ.Client's default one begins to sleep at 64 in flight.
/// </summary>
internal sealed class Broker(IBusInstance bus) : IAsyncDisposable
{
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(2);

    private readonly IRabbitMqHostConfiguration _host = bus.HostConfiguration as IRabbitMqHostConfiguration
        ?? throw new NotSupportedException(
            "AddPostgresMessageScheduler publishes with RabbitMQ's confirms: configure the bus with UsingRabbitMq.");

    // The exchange of each destination, once it is declared. Asked by one pass at a time, and by each of its messages
    // before its first await.
    private readonly Dictionary<string, Task<string>> _exchanges = new(StringComparer.Ordinal);
    private IConnection? _connection;
    private IChannel? _channel;
    private Task _closing = Task.CompletedTask;
    private bool _blocked;

    /// <summary>Why nothing can be published now; null where it can.</summary>
    internal string? Away =>
        bus.BusControl.CheckHealth() is { Status: BusHealthStatus.Unhealthy } health ? health.Description
        : _blocked ? "RabbitMQ blocks publishers: it is short of memory or disk space"
        : null;

    /// <summary>The open channel; a new one where the last was closed.</summary>
    internal async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
            return _channel;
        // What was declared may be what is missing now.
        Abandon();
        await _host.ConnectionContextSupervisor.Send(
            Pipe.ExecuteAsync<ConnectionContext>(async context =>
            {
                Watch(context.Connection);
                _channel = await context.Connection.CreateChannelAsync(
                    new(
                        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
                        outstandingPublisherConfirmationsRateLimiter: null),
                    cancellationToken);
            }),
            cancellationToken);
        return _channel ?? throw new InvalidOperationException("The bus has no connection to RabbitMQ.");
    }

    /// <summary>
    /// The exchange that an address stands for, declared as MassTransit would before its first send. On a channel of its
    /// own: RabbitMQ answers a declaration that contradicts what is there by closing the channel.
    /// </summary>
    internal Task<string> ExchangeAsync(string destination, CancellationToken cancellationToken)
    {
        if (!_exchanges.TryGetValue(destination, out var exchange) || exchange.IsFaulted || exchange.IsCanceled)
            _exchanges[destination] = exchange = DeclareAsync(destination, cancellationToken);
        return exchange;
    }

    /// <summary>
    /// The next pass opens another channel. RabbitMQ (3.10) keeps for each which node leads a queue, and asks again only where
    /// that one answers: a channel that was opened while a dead leader's successor was being elected gets a nack for everything,
    /// for ever.
    /// </summary>
    internal void Abandon()
    {
        _exchanges.Clear();
        // Not waited for: a broker that is out of memory reads nothing, not even a farewell.
        if (_channel is { } channel)
            _closing = DisposeAsync(channel);
        _channel = null;
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        // A broker that stalls answers no farewell, and the connection's end is the channel's too.
        await _closing.WaitAsync(_farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task DisposeAsync(IChannel channel)
    {
        try
        {
            await channel.DisposeAsync();
        }
        catch (Exception exception)
            when (exception is RabbitMQClientException or OperationCanceledException or TimeoutException or IOException
                or ObjectDisposedException)
        {
            // It is gone either way, and its connection may have gone before it.
        }
    }

    private void Watch(IConnection connection)
    {
        if (ReferenceEquals(connection, _connection))
            return;
        _connection = connection;
        _blocked = false;
        connection.ConnectionBlockedAsync += (_, _) => SetBlocked(connection, blocked: true);
        connection.ConnectionUnblockedAsync += (_, _) => SetBlocked(connection, blocked: false);
    }

    private Task SetBlocked(IConnection connection, bool blocked)
    {
        if (ReferenceEquals(connection, _connection))
            _blocked = blocked;
        return Task.CompletedTask;
    }

    private async Task<string> DeclareAsync(string destination, CancellationToken cancellationToken)
    {
        var settings = _host.Topology.SendTopology.GetSendSettings(new RabbitMqEndpointAddress(_host.HostAddress, new Uri(destination)));
        await using var channel = await _connection!.CreateChannelAsync(cancellationToken: cancellationToken);
        await DeclareAsync(channel, settings.GetBrokerTopology(), cancellationToken);
        return settings.ExchangeName;
    }

    private static async Task DeclareAsync(IChannel channel, BrokerTopology topology, CancellationToken cancellationToken)
    {
        foreach (var queue in topology.Queues)
        {
            await channel.QueueDeclareAsync(
                queue.QueueName, queue.Durable, queue.Exclusive, queue.AutoDelete, queue.QueueArguments!,
                cancellationToken: cancellationToken);
        }

        foreach (var exchange in topology.Exchanges)
        {
            await channel.ExchangeDeclareAsync(
                exchange.ExchangeName, exchange.ExchangeType, exchange.Durable, exchange.AutoDelete, exchange.ExchangeArguments!,
                cancellationToken: cancellationToken);
        }

        foreach (var binding in topology.QueueBindings)
        {
            await channel.QueueBindAsync(
                binding.Destination.QueueName, binding.Source.ExchangeName, binding.RoutingKey, binding.Arguments!,
                cancellationToken: cancellationToken);
        }

        foreach (var binding in topology.ExchangeBindings)
        {
            await channel.ExchangeBindAsync(
                binding.Destination.ExchangeName, binding.Source.ExchangeName, binding.RoutingKey, binding.Arguments!,
                cancellationToken: cancellationToken);
        }
    }
}
