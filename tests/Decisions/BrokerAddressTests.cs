using Mail.Hosting;

namespace Mail.Tests.Decisions;

/// <summary>Where the broker is, as its connection string says it.</summary>
public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("amqp://mail:secret@rabbitmq:5673/mail", "rabbitmq:5673", "mail", "secret", "mail")]
    [InlineData("amqp://mail:se%2Fcret%40@rabbitmq", "rabbitmq:5672", "mail", "se/cret@", "/")]
    [InlineData("amqp://mail:secret@a,b:5673, c/mail%2Fprod", "a:5672 b:5673 c:5672", "mail", "secret", "mail/prod")]
    [InlineData("amqps://mail:secret@a,b:5673/mail", "a:5671 b:5673", "mail", "secret", "mail")]
    [InlineData("amqp://mail:p@ss:word@rabbitmq/mail", "rabbitmq:5672", "mail", "p@ss:word", "mail")]
    [InlineData("amqp://rabbitmq/mail", "rabbitmq:5672", "", "", "mail")]
    [InlineData("amqp://mail@[::1]:5673,127.0.0.1/", "[::1]:5673 127.0.0.1:5672", "mail", "", "/")]
    [InlineData("amqps://mail:secret@rabbitmq?cacertfile=/etc/ca.pem&verify=verify_peer", "rabbitmq:5671", "mail", "secret", "/")]
    public void It_names_one_node_or_several(string text, string nodes, string user, string password, string virtualHost)
    {
        var address = BrokerAddress.Parse(text);
        Assert.Equal(nodes, string.Join(' ', address.Nodes.Select(node => $"{node.HostName}:{node.Port}")));
        Assert.All(address.Nodes, node => Assert.Equal(text.StartsWith("amqps:", StringComparison.Ordinal), node.Ssl.Enabled));
        Assert.Equal((user, password, virtualHost), (address.User, address.Password, address.VirtualHost));
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("", "is not set")]
    [InlineData("rabbitmq:5672", "amqp://")]
    [InlineData("amqp://mail:secret@/mail", "has \"\" where a host")]
    [InlineData("amqp://mail:secret@a,,b/mail", "has \"\" where a host")]
    [InlineData("amqp://mail:secret@a:port/mail", "has \"a:port\" where a host")]
    [InlineData("amqp://mail:54sd/d56@rabbitmq:5672/mail", "Percent-encode it (%2F)")]
    [InlineData("amqp://mail:pa#ss@rabbitmq:5672/mail", "Percent-encode it (%23)")]
    [InlineData("amqp://mail:pa?s=s@rabbitmq:5672/mail", "Percent-encode it (%3F)")]
    [InlineData("Endpoint=sb://mail.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=y", "a RabbitMQ is needed")]
    [InlineData("amqps://key:secret@mail.servicebus.windows.net", "a RabbitMQ is needed")]
    [InlineData("amqp+ssl://b-1-1.mq.eu-west-1.amazonaws.com:5671", "a RabbitMQ is needed")]
    [InlineData("amqp://mail:secret@b-1.mq.eu-west-1.amazonaws.com:5671/", "begin it with amqps://")]
    [InlineData("amqp://mail:secret@a:5672,amqp://mail:secret@b:5672", "write scheme, user and password once")]
    [InlineData("amqp://mail:${RABBITMQ_PASSWORD}@rabbitmq", "${RABBITMQ_PASSWORD}")]
    [InlineData("amqp://mail:q7/Xk+9Zb2==@rabbitmq:5672/mail", "Percent-encode it (%2F)")]
    public void What_is_no_address_is_refused_and_says_why(string? text, string why)
    {
        var refused = Assert.Throws<SettingException>(() => BrokerAddress.Parse(text));
        Assert.StartsWith("ConnectionStrings__RabbitMq ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
