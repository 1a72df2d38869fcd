using MassTransit;
using Microsoft.Extensions.Configuration;

namespace Mail.Hosting;

/// <summary>The broker that every service connects to.</summary>
public static class RabbitMq
{
    /// <summary>Connects to <c>ConnectionStrings__RabbitMq</c>, an AMQP URI (<c>amqp://user:password@host:port/vhost</c>).</summary>
    public static void HostFrom(this IRabbitMqBusFactoryConfigurator bus, IConfiguration configuration)
    {
        if (!Uri.TryCreate(configuration.GetConnectionString("RabbitMq"), UriKind.Absolute, out var uri))
            throw new InvalidOperationException("No broker: set ConnectionStrings__RabbitMq, for example \"amqp://mail:password@rabbitmq:5672/\".");
        var user = uri.UserInfo.Split(':', 2);
        var virtualHost = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        bus.Host(uri.Host, (ushort)(uri.Port > 0 ? uri.Port : 5672), virtualHost.Length == 0 ? "/" : virtualHost, host =>
        {
            host.Username(Uri.UnescapeDataString(user[0]));
            host.Password(Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""));
            host.Heartbeat(TimeSpan.FromSeconds(10));
        });
    }
}
