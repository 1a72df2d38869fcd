using System.Net;
using System.Net.Sockets;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// The name that EHLO carries: a fully qualified one or, where this machine has none, the address of its end of the
/// connection as a literal (RFC 5321, 4.1.4). A container's bare name is neither, and many servers refuse it.
/// </summary>
internal static class HelloName
{
    private const int Longest = 253;
    private static readonly Lazy<string?> _machine = new(FullyQualified);

    /// <summary>The name for a connection.</summary>
    /// <param name="options">The settings; <c>SMTP_EHLO_NAME</c> comes first.</param>
    /// <param name="local">This end of the connection.</param>
    public static string For(SmtpOptions options, EndPoint? local) =>
        options.EhloName ?? _machine.Value ?? Literal((local as IPEndPoint)?.Address ?? IPAddress.Loopback);

    /// <summary>Whether a text can stand in EHLO: a name with a dot, or an address literal.</summary>
    public static bool IsUsable(string text) => text is ['[', .. var inner, ']'] ? IsLiteral(inner) : IsFullyQualified(text);

    /// <summary>An address as a literal: <c>[192.0.2.1]</c>, <c>[IPv6:2001:db8::1]</c>.</summary>
    internal static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[IPv6:{new IPAddress(address.GetAddressBytes())}]"
            : $"[{address}]";
    }

    private static bool IsLiteral(string inner) =>
        IPAddress.TryParse(inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inner[5..] : inner, out _);

    private static bool IsFullyQualified(string name) =>
        name.Length is > 0 and <= Longest && name.Contains('.', StringComparison.Ordinal) && name.Split('.').All(IsLabel)
        && !IPAddress.TryParse(name, out _);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') && label[0] != '-'
        && label[^1] != '-';

    private static string? FullyQualified()
    {
        var name = Dns.GetHostName().TrimEnd('.');
        return IsFullyQualified(name) && !name.EndsWith(".localdomain", StringComparison.OrdinalIgnoreCase)
            && !name.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
                ? name
                : null;
    }
}
