using MassTransit;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Mail.Hosting;

/// <summary>The broker that every service connects to: <c>ConnectionStrings__RabbitMq</c>, an AMQP URI (<c>amqp://user:password@host:port/vhost</c>).</summary>
public static class RabbitMq
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Connects the bus to it.</summary>
    public static void HostFrom(this IRabbitMqBusFactoryConfigurator bus, IConfiguration configuration)
    {
        var broker = ConnectionFactory(configuration);
        bus.Host(broker.HostName, (ushort)broker.Port, broker.VirtualHost, host =>
        {
            host.Username(broker.UserName);
            host.Password(broker.Password);
            host.Heartbeat(_heartbeat);
        });
    }

    /// <summary>For a connection beside the bus's, to what MassTransit has no word for.</summary>
    /// <exception cref="InvalidOperationException">The connection string is missing, or no URI.</exception>
    public static ConnectionFactory ConnectionFactory(IConfiguration configuration)
    {
        if (!Uri.TryCreate(configuration.GetConnectionString("RabbitMq"), UriKind.Absolute, out var uri))
            throw new InvalidOperationException("No broker: set ConnectionStrings__RabbitMq, for example \"amqp://mail:password@rabbitmq:5672/\".");
        var user = uri.UserInfo.Split(':', 2);
        var virtualHost = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        return new()
        {
            HostName = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5672,
            VirtualHost = virtualHost.Length == 0 ? "/" : virtualHost,
            UserName = Uri.UnescapeDataString(user[0]),
            Password = Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""),
            RequestedHeartbeat = _heartbeat,
            AutomaticRecoveryEnabled = false,
        };
    }
}
