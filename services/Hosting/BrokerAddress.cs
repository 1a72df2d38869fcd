using System.Security.Authentication;
using RabbitMQ.Client;

namespace Mail.Hosting;

/// <summary>What an AMQP URI says (<c>amqps</c> for TLS); beside what the specification has, several nodes, separated by commas.</summary>
internal sealed record BrokerAddress(List<AmqpTcpEndpoint> Nodes, string User, string Password, string VirtualHost)
{
    private const string Variable = "ConnectionStrings__RabbitMq";
    private const int TlsPort = 5671;
    private const string Example = "for example amqp://mail:password@rabbitmq:5672/";

    /// <summary>Reads it.</summary>
    /// <exception cref="SettingException">It can't be read; the message says which part of it.</exception>
    internal static BrokerAddress Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            throw new SettingException($"{Variable} is not set: set it to the broker's address, {Example}.");
        UriParts.RefuseReferences(Variable, text);
        if (text.Contains(".servicebus.windows.net", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("amqp+ssl://", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException(
                $"{Variable} is that of another broker, which speaks AMQP 1.0 (Azure Service Bus, ActiveMQ): a RabbitMQ is needed.");
        }

        if (text.Split("://", 2) is not [var scheme, var rest] || scheme is not ("amqp" or "amqps"))
            throw new SettingException($"{Variable} does not begin with amqp:// or amqps://: set it to an AMQP URI, {Example}.");
        if (rest.Contains(",amqp", StringComparison.OrdinalIgnoreCase))
            throw new SettingException($"{Variable} has several URIs: write scheme, user and password once, and then host:port,host:port.");
        UriParts.RefuseRawCharacters(Variable, rest, "RABBITMQ_USER and RABBITMQ_PASSWORD");
        rest = rest.Split('?', '#')[0];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = end < 0 ? (rest, "") : (rest[..end], rest[(end + 1)..]);
        var at = authority.LastIndexOf('@');
        var user = at < 0 ? [""] : authority[..at].Split(':', 2);
        var virtualHost = Uri.UnescapeDataString(path);
        return new(
            [.. authority[(at + 1)..].Split(',', StringSplitOptions.TrimEntries).Select(node => Endpoint(node, scheme == "amqps"))],
            Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""),
            virtualHost.Length == 0 ? "/" : virtualHost);
    }

    // By the rules for URIs. The certificate is checked against the system's trust store, and for the node's own name.
    private static AmqpTcpEndpoint Endpoint(string node, bool encrypted)
    {
        if (!Uri.TryCreate($"amqp://{node}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new SettingException(
                $"{Variable} has \"{node}\" where a host, or host:port with a number for the port, is wanted: {Example}.");
        }

        if (uri.Port == TlsPort && !encrypted)
            throw new SettingException($"{Variable} has port {TlsPort}, which is the one for TLS: begin it with amqps://.");
        return new(
            uri.Host, uri.Port > 0 ? uri.Port : encrypted ? TlsPort : 5672,
            new SslOption(uri.Host) { Enabled = encrypted, Version = SslProtocols.None });
    }
}
