using System.Net;
using System.Net.Sockets;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting.Egress;

namespace Mail.ConfigService.Webhooks;

/// <summary>
/// Where a webhook leads, as far as a save can tell. A name may lead elsewhere later: senders judge each address that they connect to.
/// </summary>
internal sealed class WebhookUrl(EgressPolicy policy)
{
    internal const int MaxLength = 2048;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Reads <c>url</c>; an error for what is no address, or one that nothing is sent to.</summary>
    internal async Task<string?> ReadAsync(ObjectReader fields, bool required, CancellationToken cancellationToken)
    {
        if (fields.Line("url", MaxLength, required) is not { } text)
            return null;
        var pointer = fields.Pointer("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")
            || HostOf(url) is not { Length: > 0 } host)
        {
            fields.Errors.Add(pointer, "is no https address");
        }
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            fields.Errors.Add(pointer, "must have neither a user nor a fragment");
        }
        else if (Refuse(url, host, await AddressesAsync(host, cancellationToken)) is { } refusal)
        {
            fields.Errors.Add(pointer, refusal, ProblemCodes.EgressForbidden);
        }

        return text;
    }

    // As senders connect to it, and as it can be resolved: in ASCII. Null where the name has no such form.
    private static string? HostOf(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    private string? Refuse(Uri url, string host, IPAddress[] addresses)
    {
        if (EgressGuard.Refuse(host, addresses, url.Port, policy) is { } refusal)
            return IPAddress.TryParse(host, out _) ? $"leads where nothing is sent: {refusal}" : refusal;
        return url.Scheme != "https" && !EgressGuard.AllowsPlainText(addresses, url.Port, policy)
            ? "must be https: plain http leads only to what EGRESS_ALLOW names"
            : null;
    }

    // A name that does not resolve now may do so later.
    private static async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(_patience, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }
}
