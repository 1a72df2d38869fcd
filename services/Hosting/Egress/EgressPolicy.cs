using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mail.Hosting.Egress;

/// <summary>
/// What webhooks may reach beside the public Internet: <c>EGRESS_ALLOW</c>, networks or addresses with commas between them, each with a
/// port where only that one is meant: <c>10.1.0.0/16, 192.168.7.5:8080, [fd00::/8]:8443</c>.
/// </summary>
public sealed class EgressPolicy
{
    private readonly (IPNetwork Network, int? Port)[] _allowed;

    private EgressPolicy((IPNetwork Network, int? Port)[] allowed) => _allowed = allowed;

    /// <summary>Only the public Internet.</summary>
    public static EgressPolicy PublicOnly { get; } = new([]);

    /// <summary>Reads the setting.</summary>
    /// <exception cref="SettingException">It names something that is no network.</exception>
    public static EgressPolicy From(IConfiguration configuration) =>
        configuration["EGRESS_ALLOW"] is { Length: > 0 } text ? Parse(text) : PublicOnly;

    /// <summary>Reads the text of the setting.</summary>
    /// <exception cref="SettingException">It names something that is no network.</exception>
    public static EgressPolicy Parse(string text) =>
        new([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One)]);

    /// <summary>Whether the setting names this address and port.</summary>
    internal bool Allows(IPAddress address, int port) =>
        Array.Exists(_allowed, each => each.Network.Contains(address) && (each.Port is null || each.Port == port));

    private static (IPNetwork Network, int? Port) One(string text)
    {
        var (network, port) = (text, (int?)null);
        var colon = text.LastIndexOf(':');
        if (text.StartsWith('[') || (colon > 0 && colon == text.IndexOf(':', StringComparison.Ordinal)))
        {
            var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : colon;
            if (end < 0)
                throw Refused(text);
            network = text[..end].TrimStart('[');
            var rest = text[end..].TrimStart(']');
            if (rest.Length > 0)
            {
                port = rest[0] == ':' && ushort.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number > 0
                        ? number
                        : throw Refused(text);
            }
        }

        // Not 10.1, which others read as 10.0.0.1.
        if (IPAddress.TryParse(network, out var address)
            && (network.Contains(':', StringComparison.Ordinal) || address.ToString() == network))
        {
            return (new(address, address.GetAddressBytes().Length * 8), port);
        }

        return IPNetwork.TryParse(network, out var parsed) || TryParseHost(network, out parsed) ? (parsed, port) : throw Refused(text);
    }

    // 10.1.2.3/16, as the settings of routers and of Docker have it: a host and its network.
    private static bool TryParseHost(string text, out IPNetwork network)
    {
        network = default;
        if (text.Split('/') is not [var host, var length] || !IPAddress.TryParse(host, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != host)
            || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        if (bits > bytes.Length * 8)
            return false;
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new(new IPAddress(bytes), bits);
        return true;
    }

    private static SettingException Refused(string text) => new(
        $"EGRESS_ALLOW has \"{text}\": set networks or addresses, with commas between them, such as 10.1.0.0/16 or 192.168.7.5:8080.");
}
