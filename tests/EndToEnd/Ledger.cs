using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Mail.Tests.EndToEnd;

/// <summary>Keeps what arrives in a queue, and when.</summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string What, DateTimeOffset At)> _published = new();
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Ledger(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    internal static Uri Address { get; } = new("exchange:ledger");

    internal IReadOnlyCollection<(string What, DateTimeOffset At)> Published => _published;

    internal static async Task<Ledger> OpenAsync(string rabbitMq)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var ledger = new Ledger(connection, channel);
        await channel.ExchangeDeclareAsync("ledger", ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync("ledger", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("ledger", "ledger", "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            ledger._published.Enqueue(((string)JsonNode.Parse(delivery.Body.Span)!["message"]!["what"]!, now));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("ledger", autoAck: true, consumer);
        return ledger;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
