using System.Security.Authentication;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace Mail.Hosting;

/// <summary>What an AMQP URI says (<c>amqps</c> for TLS); beside what the specification has, several nodes, separated by commas.</summary>
internal sealed partial record BrokerAddress(List<AmqpTcpEndpoint> Nodes, string User, string Password, string VirtualHost)
{
    internal const string Variable = "ConnectionStrings__RabbitMq";
    internal const string Example = "for example amqp://mail:password@rabbitmq:5672/";
    private const int TlsPort = 5671;

    /// <summary>Reads it.</summary>
    /// <exception cref="SettingException">It can't be read; the message says which part of it.</exception>
    internal static BrokerAddress Parse(string text)
    {
        UriParts.RefuseReferences(Variable, text);
        if (text.Contains(".servicebus.windows.net", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("amqp+ssl://", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException(
                $"{Variable} is that of another broker, which speaks AMQP 1.0 (Azure Service Bus, ActiveMQ): a RabbitMQ is needed.");
        }

        if (text.Split("://", 2) is not [var scheme, var rest] || scheme.ToLowerInvariant() is not ("amqp" or "amqps"))
            throw new SettingException($"{Variable} does not begin with amqp:// or amqps://: set it to an AMQP URI, {Example}.");
        if (rest.Contains(",amqp", StringComparison.OrdinalIgnoreCase) || UserAnew().IsMatch(rest))
            throw new SettingException($"{Variable} has several URIs: write scheme, user and password once, and then host:port,host:port.");
        UriParts.RefuseRawCharacters(Variable, rest, "RABBITMQ_USER and RABBITMQ_PASSWORD");
        rest = rest.Split('?', '#')[0];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = end < 0 ? (rest, "") : (rest[..end], rest[(end + 1)..]);
        var at = authority.LastIndexOf('@');
        var user = at < 0 ? [""] : authority[..at].Split(':', 2);
        var password = Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "");
        UriParts.RefusePlaceholder(Variable, password);
        var encrypted = scheme.Equals("amqps", StringComparison.OrdinalIgnoreCase);
        var virtualHost = Uri.UnescapeDataString(path);
        return new(
            [.. authority[(at + 1)..].Split(',', StringSplitOptions.TrimEntries).Select(node => Endpoint(node, encrypted, at >= 0))],
            Uri.UnescapeDataString(user[0]), password, virtualHost.Length == 0 ? "/" : virtualHost);
    }

    // By the rules for URIs. The certificate is checked against the system's trust store, and for the node's own name.
    private static AmqpTcpEndpoint Endpoint(string node, bool encrypted, bool behindUser)
    {
        if (!Uri.TryCreate($"amqp://{node}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            // Not repeated: it may be a password, or a part of one.
            throw new SettingException(behindUser
                ? $"{Variable} has something else where a host, or host:port with a number for the port, is wanted: {Example}."
                : $"{Variable} has no host behind its user, or a port that is no number: was it cut at a # or $?");
        }

        if (uri.Port is 15672 or 15671)
        {
            throw new SettingException(
                $"{Variable} has port {uri.Port}, which is the management page's port: write 5672, or {TlsPort} with amqps://.");
        }

        if (uri.Port == TlsPort && !encrypted)
            throw new SettingException($"{Variable} has port {TlsPort}, which is the one for TLS: begin it with amqps://.");
        return new(
            uri.Host, uri.Port > 0 ? uri.Port : encrypted ? TlsPort : 5672,
            new SslOption(uri.Host) { Enabled = encrypted, Version = SslProtocols.None });
    }

    // A host and port, a comma, and another user: as a list of whole URIs without their schemes.
    [GeneratedRegex(@"@[^@,/]*:\d+,[^@/]*@", RegexOptions.None, 1000)]
    private static partial Regex UserAnew();
}
