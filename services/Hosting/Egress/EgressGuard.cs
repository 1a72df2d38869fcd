using System.Net;

namespace Mail.Hosting.Egress;

/// <summary>
/// Whether something may be sent to an address that a client has named. Pure: it decides from the address that is connected to, the port
/// and the policy, and never from a name.
/// </summary>
public static class EgressGuard
{
    private const string OfName = "leads to an address that nothing is sent to";

    /// <summary>Why nothing may be sent there, for people; null where it may.</summary>
    /// <param name="address">The address that is connected to.</param>
    /// <param name="port">The port.</param>
    /// <param name="policy">What is allowed beside the public Internet.</param>
    public static string? Refuse(IPAddress address, int port, EgressPolicy policy)
    {
        if (port is < 1 or > 65_535)
            return $"{port} is no port";
        var plain = Plain(address);
        if (policy.Allows(plain, port))
            return null;
        // An address within another one is judged like one of its own: a translator or a tunnel would lead to it.
        foreach (var each in (IPAddress[])[plain, .. EmbeddedAddresses.Find(plain)])
        {
            if (SpecialAddresses.NameOf(each) is { } name)
                return each.Equals(plain) ? $"{plain} is {name}" : $"{plain} leads to {each}, which is {name}";
        }

        return null;
    }

    /// <summary>
    /// The same for a host as a URL has it. Where that is a name, its addresses are not told: what names of the house lead to is no
    /// client's business.
    /// </summary>
    public static string? Refuse(string host, IReadOnlyCollection<IPAddress> addresses, int port, EgressPolicy policy)
    {
        var refusal = Refuse(addresses, port, policy);
        return refusal is null || IPAddress.TryParse(host, out _) ? refusal : OfName;
    }

    /// <summary>
    /// The addresses of a name that are connected to: those that the policy names, such as one of the two of <c>localhost</c>, or else all.
    /// </summary>
    public static IReadOnlyCollection<IPAddress> Usable(IReadOnlyCollection<IPAddress> addresses, int port, EgressPolicy policy)
    {
        var named = addresses.Where(address => policy.Allows(Plain(address), port)).ToList();
        return named.Count > 0 ? named : addresses;
    }

    /// <summary>The same for all usable addresses of a name: one that is refused refuses the name.</summary>
    public static string? Refuse(IReadOnlyCollection<IPAddress> addresses, int port, EgressPolicy policy) =>
        Usable(addresses, port, policy).Select(address => Refuse(address, port, policy)).FirstOrDefault(refusal => refusal is not null);

    /// <summary>
    /// Whether plain <c>http</c> may be used: only where every usable address is one that the policy names.
    /// </summary>
    public static bool AllowsPlainText(IReadOnlyCollection<IPAddress> addresses, int port, EgressPolicy policy) =>
        addresses.Any(address => policy.Allows(Plain(address), port));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
