using PostgresScheduler;

namespace Mail.Tests.Decisions.Scheduler;

/// <summary>Which headers travel beside a scheduled message, and as what.</summary>
public sealed class MessageHeadersTests
{
    [Fact]
    public void What_the_transport_says_of_a_delivery_is_left_out()
    {
        var written = MessageHeaders.Write(
        [
            new("RabbitMQ-ExchangeName", "orders"), new("RabbitMQ-RoutingKey", "orders.seven"), new("RabbitMQ-DeliveryTag", 7UL),
            new("RabbitMQ-ConsumerTag", "amq.ctag"), new("text", "as it is"),
        ]);
        Assert.Equal("text", Assert.Single(written!).Key);
    }

    [Theory]
    [InlineData("CC")]
    [InlineData("BCC")]
    public void A_routing_key_to_copy_to_is_a_list_of_one(string name)
    {
        var read = MessageHeaders.Read(MessageHeaders.Write([new(name, "orders.copy"), new("text", "as it is")]))!;
        Assert.Equal("orders.copy", Assert.Single(Assert.IsType<List<object?>>(read[name])));
        Assert.Equal("as it is", read["text"]);
    }
}
