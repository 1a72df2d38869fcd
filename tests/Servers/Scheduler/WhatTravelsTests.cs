using System.Text;
using Mail.Tests.Fixtures;
using MassTransit;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>A scheduled message on the wire is the message that the bus would have sent.</summary>
public sealed class WhatTravelsTests(TestServers servers) : IAsyncLifetime
{
    private static readonly Guid _messageId = NewId.NextGuid();
    private static readonly Guid _correlationId = NewId.NextGuid();
    private static readonly Guid _conversationId = NewId.NextGuid();

    private string _rabbitMq = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _rabbitMq = await servers.NewVirtualHostAsync();
        _connection = await new ConnectionFactory { Uri = new Uri(_rabbitMq) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
        await _channel.ExchangeDeclareAsync("topics", ExchangeType.Topic, durable: true);
        await _channel.QueueDeclareAsync("raw", durable: true, exclusive: false, autoDelete: false);
        await _channel.QueueBindAsync("raw", "topics", "orders.#");
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Body_properties_and_headers_are_those_of_a_message_that_is_sent_at_once(bool withoutEnvelope, bool throughQueue)
    {
        await using var host = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            _rabbitMq,
            throughQueue: throughQueue,
            endpoints: rabbit =>
            {
                if (withoutEnvelope)
                    rabbit.UseRawJsonSerializer();
            });
        var address = new Uri("exchange:topics?type=topic");
        var endpoint = await host.Bus.GetSendEndpoint(address);
        await endpoint.Send(new Order(7), Pipe.Execute<SendContext<Order>>(Dress));
        await host.Scheduler.ScheduleSend(address, default, new Order(7), Pipe.Execute<SendContext<Order>>(Dress));

        var sent = await NextAsync();
        var scheduled = await NextAsync();
        Assert.Equal(Sameness(sent, scheduled), Sameness(scheduled, scheduled));
    }

    private static void Dress(SendContext context)
    {
        context.MessageId = _messageId;
        context.CorrelationId = _correlationId;
        context.ConversationId = _conversationId;
        context.RequestId = _correlationId;
        context.InitiatorId = _messageId;
        context.ResponseAddress = new Uri("rabbitmq://localhost/answers");
        context.FaultAddress = new Uri("rabbitmq://localhost/faults");
        context.TimeToLive = TimeSpan.FromMinutes(5);
        context.SetRoutingKey("orders.seven");
        context.SetPriority(3);
        context.Headers.Set("MT-Redelivery-Count", 2);
        context.Headers.Set("text", "as it is");
        context.Headers.Set("CC", "nowhere"); // RabbitMQ refuses a text here
        context.Headers.Set("number", 42);
        context.Headers.Set("large", 1L << 40);
        context.Headers.Set("fraction", 0.5);
        context.Headers.Set("truth", true);
        context.Headers.Set("id", _messageId);
        context.Headers.Set("time", new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));
        context.Headers.Set("address", new Uri("https://example.com/"));
        context.Headers.Set("object", new { Inner = 1 });
    }

    private async Task<BasicGetResult> NextAsync() =>
        (await Deadline.UntilAsync(() => _channel.BasicGetAsync("raw", autoAck: true), result => result is not null))!;

    // What differs by design is taken from the other: the time of sending, and the token of what is scheduled.
    private static string Sameness(BasicGetResult message, BasicGetResult other)
    {
        var text = new StringBuilder()
            .AppendLine(message.RoutingKey).AppendLine(message.BasicProperties.ContentType).AppendLine(message.BasicProperties.MessageId)
            .AppendLine(message.BasicProperties.CorrelationId).AppendLine(message.BasicProperties.Expiration)
            .Append(message.BasicProperties.Priority).Append(message.BasicProperties.Persistent).AppendLine();
        foreach (var (name, value) in message.BasicProperties.Headers!.Where(header => header.Key != MessageHeaders.SchedulingTokenId)
            .OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            text.AppendLine(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{name} = {(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value} ({value?.GetType().Name})")}");
        }

        var body = System.Text.Json.Nodes.JsonNode.Parse(message.Body.Span)!.AsObject();
        (body["headers"] as System.Text.Json.Nodes.JsonObject)?.Remove(MessageHeaders.SchedulingTokenId);
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(other.Body.Span)!
            .AsObject().Where(member => member.Key is "sentTime" or "expirationTime"))
        {
            body[name] = value?.DeepClone();
        }

        return text.Append(body.ToJsonString()).ToString();
    }
}
