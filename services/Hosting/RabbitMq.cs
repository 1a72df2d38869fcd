using System.Net.Security;
using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client;

namespace Mail.Hosting;

/// <summary>
/// The broker that every service connects to: <c>ConnectionStrings__RabbitMq</c>, an AMQP URI, with all nodes of a cluster
/// where there is one (<c>amqp://user:password@host1:port,host2:port,host3:port/vhost</c>), <c>amqps</c> for TLS.
/// </summary>
public static class RabbitMq
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Reads the address, and forgets it.</summary>
    /// <exception cref="SettingException">It is missing, or can't be read.</exception>
    internal static void Check(IConfiguration configuration) => Address(configuration);

    /// <summary>Connects the bus to it: to the first node that answers.</summary>
    public static void HostFrom(this IRabbitMqBusFactoryConfigurator bus, IConfiguration configuration)
    {
        var broker = Address(configuration);
        bus.Host(broker.Nodes[0].HostName, (ushort)broker.Nodes[0].Port, broker.VirtualHost, host =>
        {
            host.Username(broker.User);
            host.Password(broker.Password);
            host.Heartbeat(_heartbeat);
            if (broker.Nodes[0].Ssl.Enabled)
            {
                host.UseSsl(tls =>
                {
                    (tls.ServerName, tls.Protocol) = (broker.Nodes[0].HostName, SslProtocols.None);
                    // MassTransit (8.5) would take a certificate of any authority's.
                    tls.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors);
                });
            }

            if (broker.Nodes.Count > 1)
                host.UseCluster(cluster => broker.Nodes.ForEach(node => cluster.Node($"{node.HostName}:{node.Port}")));
        });
    }

    /// <summary>A connection beside the bus's, for what MassTransit has no word for.</summary>
    /// <exception cref="SettingException">The connection string is missing, or no URI.</exception>
    public static Task<IConnection> ConnectAsync(IConfiguration configuration, string name, CancellationToken cancellationToken)
    {
        var broker = Address(configuration);
        var factory = new ConnectionFactory
        {
            VirtualHost = broker.VirtualHost,
            UserName = broker.User,
            Password = broker.Password,
            RequestedHeartbeat = _heartbeat,
            AutomaticRecoveryEnabled = false,
        };
        return factory.CreateConnectionAsync(broker.Nodes, name, cancellationToken);
    }

    /// <summary>The broker's address, with who connects to it.</summary>
    /// <exception cref="SettingException">It is missing, can't be read, or names no user.</exception>
    internal static BrokerAddress Address(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("RabbitMq") is not { Length: > 0 } text)
        {
            throw new SettingException(
                $"{BrokerAddress.Variable} is not set: set it to the broker's address, {BrokerAddress.Example}."
                + SettingsAtStart.Elsewhere(configuration, "RABBITMQ_URL", "CLOUDAMQP_URL"));
        }

        var address = BrokerAddress.Parse(text);
        // Platforms that make the password up can hand it on, but not put it into a URI.
        var user = address.User.Length > 0 ? address.User : configuration["RABBITMQ_USER"] ?? "";
        // Without one, the clients below would log in as guest.
        if (user.Length == 0)
        {
            throw new SettingException(
                $"{BrokerAddress.Variable} names no user: write amqp://user:password@…, or set RABBITMQ_USER and RABBITMQ_PASSWORD.");
        }

        return address with
        {
            User = user,
            Password = address.Password.Length > 0 ? address.Password : configuration["RABBITMQ_PASSWORD"] ?? "",
        };
    }
}
