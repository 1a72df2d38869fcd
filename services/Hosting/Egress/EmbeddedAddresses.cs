using System.Net;
using System.Net.Sockets;

namespace Mail.Hosting.Egress;

/// <summary>IPv4 addresses within IPv6 addresses, to which translators and tunnels lead.</summary>
internal static class EmbeddedAddresses
{
    // RFC 6052 section 2.1 and RFC 8215: NAT64. RFC 3056 section 2: 6to4. RFC 4380 section 4: Teredo, whose client is inverted.
    // RFC 4291 section 2.5.5.1: compatible. RFC 6145 section 2.2: translated. RFC 5214 section 6.1: ISATAP.
    private static readonly IPNetwork _wellKnown = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork _localUse = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork _sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork _teredo = IPNetwork.Parse("2001::/32");
    private static readonly IPNetwork _compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork _translated = IPNetwork.Parse("::ffff:0:0:0/96");

    /// <summary>Those of an address; none for IPv4.</summary>
    internal static IEnumerable<IPAddress> Find(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            yield break;
        var bytes = address.GetAddressBytes();
        if (_wellKnown.Contains(address) || _localUse.Contains(address) || _compatible.Contains(address) || _translated.Contains(address))
            yield return new(bytes[12..]);
        if (_sixToFour.Contains(address))
            yield return new(bytes[2..6]);
        if (_teredo.Contains(address))
        {
            yield return new(bytes[4..8]);
            yield return new([.. bytes[12..].Select(each => (byte)~each)]);
        }

        if (bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE)
            yield return new(bytes[12..]);
    }
}
