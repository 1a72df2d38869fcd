using Mail.Hosting;
using Microsoft.Extensions.Configuration;

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
    [InlineData("AMQPS://mail:secret@rabbitmq/mail", "rabbitmq:5671", "mail", "secret", "mail")]
    public void It_names_one_node_or_several(string text, string nodes, string user, string password, string virtualHost)
    {
        var address = BrokerAddress.Parse(text);
        Assert.Equal(nodes, string.Join(' ', address.Nodes.Select(node => $"{node.HostName}:{node.Port}")));
        Assert.All(address.Nodes, node => Assert.Equal(text.StartsWith("amqps:", StringComparison.OrdinalIgnoreCase), node.Ssl.Enabled));
        Assert.Equal((user, password, virtualHost), (address.User, address.Password, address.VirtualHost));
    }

    [Theory]
    [InlineData("rabbitmq:5672", "amqp://")]
    [InlineData("amqp://mail:secret@/mail", "has something else where a host")]
    [InlineData("amqp://mail:secret@a,,b/mail", "has something else where a host")]
    [InlineData("amqp://mail:secret@a:port/mail", "has something else where a host")]
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
    // A # began a comment, or a shell read $….
    [InlineData("amqp://mail:secret", "was it cut at a # or $?")]
    [InlineData("amqp://mail:secret@a:5672,mail:secret@b:5672/mail", "write scheme, user and password once")]
    [InlineData("amqp://mail:secret@a:15672/mail", "port 15672, which is the management page's port")]
    [InlineData("amqps://mail:secret@a:15671/mail", "port 15671, which is the management page's port")]
    [InlineData("amqps://mail:*****@a/mail", "has a placeholder where its password belongs")]
    public void What_is_no_address_is_refused_and_says_why(string text, string why)
    {
        var refused = Assert.Throws<SettingException>(() => BrokerAddress.Parse(text));
        Assert.StartsWith("ConnectionStrings__RabbitMq ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RABBITMQ_URL", "", "")]
    [InlineData("RABBITMQ_URL", "amqp://mail:secret@a", " RABBITMQ_URL is set: set this variable to its value.")]
    [InlineData("CLOUDAMQP_URL", "amqps://mail:secret@a", " CLOUDAMQP_URL is set: set this variable to its value.")]
    public void One_that_is_missing_is_said_to_be_and_where_its_value_is(string name, string value, string hint) => Assert.Equal(
        "ConnectionStrings__RabbitMq is not set: set it to the broker's address, for example amqp://mail:password@rabbitmq:5672/." + hint,
        Assert.Throws<SettingException>(() => RabbitMq.Address(Of((name, value)))).Message);

    [Fact]
    public void Who_connects_stands_in_it_or_beside_it_and_nobody_is_taken_for_guest()
    {
        var beside = RabbitMq.Address(Of(
            ("ConnectionStrings:RabbitMq", "amqp://rabbitmq/mail"), ("RABBITMQ_USER", "mail"), ("RABBITMQ_PASSWORD", "secret")));
        Assert.Equal(("mail", "secret"), (beside.User, beside.Password));
        var refused = Assert.Throws<SettingException>(
            () => RabbitMq.Address(Of(("ConnectionStrings:RabbitMq", "amqp://rabbitmq/mail"), ("RABBITMQ_PASSWORD", "secret"))));
        Assert.Equal(
            "ConnectionStrings__RabbitMq names no user: write amqp://user:password@…, or set RABBITMQ_USER and RABBITMQ_PASSWORD.",
            refused.Message);
    }

    private static ConfigurationManager Of(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return configuration;
    }
}
