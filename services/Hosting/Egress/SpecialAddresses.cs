using System.Net;

namespace Mail.Hosting.Egress;

/// <summary>
/// Networks that are not the public Internet: those of the registries for special purposes
/// (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry), and
/// multicast.
/// </summary>
internal static class SpecialAddresses
{
    private static readonly (IPNetwork Network, string Name)[] _all =
    [
        // The metadata service of clouds, by its own name, since it is what is looked for first.
        Network("169.254.169.254/32", "the metadata service of a cloud"),
        Network("fd00:ec2::254/128", "the metadata service of a cloud"),
        Network("100.100.100.200/32", "the metadata service of a cloud"),
        Network("0.0.0.0/8", "this host (RFC 1122)"),
        Network("10.0.0.0/8", "private (RFC 1918)"),
        Network("100.64.0.0/10", "a provider's own (RFC 6598)"),
        Network("127.0.0.0/8", "loopback"),
        Network("169.254.0.0/16", "link-local (RFC 3927)"),
        Network("172.16.0.0/12", "private (RFC 1918)"),
        Network("192.0.0.0/24", "reserved (RFC 6890)"),
        Network("192.0.2.0/24", "for documentation (RFC 5737)"),
        Network("192.88.99.0/24", "reserved (RFC 7526)"),
        Network("192.168.0.0/16", "private (RFC 1918)"),
        Network("198.18.0.0/15", "for benchmarks (RFC 2544)"),
        Network("198.51.100.0/24", "for documentation (RFC 5737)"),
        Network("203.0.113.0/24", "for documentation (RFC 5737)"),
        Network("224.0.0.0/4", "multicast"),
        Network("240.0.0.0/4", "reserved (RFC 1112)"),
        Network("::/128", "no address"),
        Network("::1/128", "loopback"),
        Network("64:ff9b:1::/48", "a translator's own (RFC 8215)"),
        Network("100::/64", "discarded (RFC 6666)"),
        Network("2001:2::/48", "for benchmarks (RFC 5180)"),
        Network("2001:10::/28", "reserved (RFC 4843)"),
        Network("2001:db8::/32", "for documentation (RFC 3849)"),
        Network("3fff::/20", "for documentation (RFC 9637)"),
        Network("5f00::/16", "segment routing (RFC 9602)"),
        Network("fc00::/7", "private (RFC 4193)"),
        Network("fe80::/10", "link-local (RFC 4291)"),
        Network("fec0::/10", "site-local (RFC 3879)"),
        Network("ff00::/8", "multicast"),
    ];

    // All that IANA has given out (RFC 4291 section 2.4), and what translates to IPv4, which is judged by what it leads to.
    private static readonly IPNetwork[] _given =
        [IPNetwork.Parse("2000::/3"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("::/96"), IPNetwork.Parse("::ffff:0:0:0/96")];

    /// <summary>What an address is, where it is none of the public Internet's; null where it is.</summary>
    internal static string? NameOf(IPAddress address)
    {
        var name = Array.Find(_all, each => each.Network.Contains(address)).Name;
        if (name is not null || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            return name;
        return Array.Exists(_given, network => network.Contains(address)) ? null : "reserved (RFC 4291)";
    }

    private static (IPNetwork Network, string Name) Network(string network, string name) => (IPNetwork.Parse(network), name);
}
