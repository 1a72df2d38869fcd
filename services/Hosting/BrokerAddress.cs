using System.Security.Authentication;
using RabbitMQ.Client;

namespace Mail.Hosting;

/// <summary>What an AMQP URI says (<c>amqps</c> for TLS); beside what the specification has, several nodes, separated by commas.</summary>
internal sealed record BrokerAddress(List<AmqpTcpEndpoint> Nodes, string User, string Password, string VirtualHost)
{
    /// <summary>Null where it is none.</summary>
    internal static BrokerAddress? Parse(string? text)
    {
        if (text?.Split("://", 2) is not [var scheme, var rest] || scheme is not ("amqp" or "amqps"))
            return null;
        var encrypted = scheme == "amqps";
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        var at = authority.LastIndexOf('@') + 1;
        // Each as a URI of its own, by the rules for URIs.
        var nodes = authority[at..].Split(',', StringSplitOptions.TrimEntries)
            .Select(node => Uri.TryCreate($"amqp://{authority[..at]}{node}{path}", UriKind.Absolute, out var uri) ? uri : null).ToList();
        if (nodes.Exists(node => node is not { Host.Length: > 0 }))
            return null;
        var user = nodes[0]!.UserInfo.Split(':', 2);
        var virtualHost = Uri.UnescapeDataString(nodes[0]!.AbsolutePath.TrimStart('/'));
        return new(
            [.. nodes.Select(node => Endpoint(node!, encrypted))],
            Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""), virtualHost.Length == 0 ? "/" : virtualHost);
    }

    // The certificate is checked against the system's trust store, and for the node's own name.
    private static AmqpTcpEndpoint Endpoint(Uri node, bool encrypted) => new(
        node.Host, node.Port > 0 ? node.Port : encrypted ? 5671 : 5672, new SslOption(node.Host) { Enabled = encrypted, Version = SslProtocols.None });
}
