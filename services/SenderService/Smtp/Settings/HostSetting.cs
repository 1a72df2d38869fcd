using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>
/// <c>SMTP_HOST</c>, taken apart: providers' pages and other programs write a port behind the host, or <c>smtp://</c> before it.
/// </summary>
/// <param name="Name">A host name or an address.</param>
/// <param name="Port">The port that stood behind it; null where none did.</param>
internal sealed record HostSetting(string Name, int? Port)
{
    private const string Alone = "write the host alone";

    /// <summary>Takes it apart. A refusal ends a sentence that begins with the variable's name.</summary>
    internal static (HostSetting? Setting, string? Refusal) Parse(string text)
    {
        // What is left of a list or of a statement.
        if (text is [.. var one, ',' or ';'])
            text = one.TrimEnd();
        if (text.Split("://", 2) is [var scheme, var rest])
        {
            if (IsOneOf(scheme, "smtps", "ssl", "tls"))
                return Refuse($"begins with a scheme: {Alone}, and for TLS from the first byte set SMTP_PORT=465 and SMTP_USE_TLS=false");
            if (!IsOneOf(scheme, "smtp"))
                return Refuse($"begins with a scheme: {Alone}");
            text = rest.EndsWith('/') ? rest[..^1] : rest;
        }

        if (text.Contains('@', StringComparison.Ordinal))
            return Refuse($"has a user in it: {Alone}, and the login into SMTP_USER and SMTP_PASSWORD");
        if (text.AsSpan().ContainsAny('/', '?', '#'))
            return Refuse($"has a path in it: {Alone}");
        if (text.AsSpan().ContainsAny(',', ';'))
            return Refuse("has several hosts: write one");
        if (LoginSetting.Unseen(text) is { } unseen)
            return Refuse(unseen);
        if (text.Any(char.IsWhiteSpace))
            return Refuse($"has a blank in it: {Alone}");
        if (!Ascii.IsValid(text))
            return Refuse("has a character that is not ASCII: type it anew, an international name in the form that begins with xn--");
        var bare = text.Trim('[', ']');
        return IPAddress.TryParse(bare, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? (new(bare, null), null)
            : WithPort(text);
    }

    private static (HostSetting? Setting, string? Refusal) WithPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return IsHost(text) ? (new(text, null), null) : Refuse($"is no host name: {Alone}");
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            return Refuse($"has no port behind its colon: {Alone}, and the port into SMTP_PORT");
        var name = text[..colon];
        if (name is ['[', .. var inner, ']'] && IPAddress.TryParse(inner, out _))
            return (new(inner, port), null);
        return IsHost(name) ? (new(name, port), null) : Refuse($"is no host name: {Alone}");
    }

    // Underscores are in names that container engines make. A name whose last part is a number is an address or nothing: resolvers
    // take 1234 for 0.0.4.210.
    private static bool IsHost(string name)
    {
        var labels = (name.EndsWith('.') ? name[..^1] : name).Split('.');
        if (name.Length > 253 || !labels.All(IsLabel))
            return false;
        return !labels[^1].All(char.IsAsciiDigit) || (labels.Length == 4 && IPAddress.TryParse(name, out _));
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && label[0] != '-' && label[^1] != '-';

    private static bool IsOneOf(string scheme, params ReadOnlySpan<string> schemes)
    {
        foreach (var one in schemes)
        {
            if (one.Equals(scheme, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static (HostSetting? Setting, string? Refusal) Refuse(string why) => (null, why);
}
