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
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            fields.Errors.Add(pointer, "is no https address");
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            fields.Errors.Add(pointer, "must have neither a user nor a fragment");
        else if (Refuse(url, await AddressesAsync(url, cancellationToken)) is { } refusal)
            fields.Errors.Add(pointer, refusal, ProblemCodes.EgressForbidden);
        return text;
    }

    private string? Refuse(Uri url, IPAddress[] addresses)
    {
        if (EgressGuard.Refuse(url.DnsSafeHost, addresses, url.Port, policy) is { } refusal)
            return url.HostNameType == UriHostNameType.Dns ? refusal : $"leads where nothing is sent: {refusal}";
        return url.Scheme != "https" && !EgressGuard.AllowsPlainText(addresses, url.Port, policy)
            ? "must be https: plain http leads only to what EGRESS_ALLOW names"
            : null;
    }

    // A name that does not resolve now may do so later.
    private static async Task<IPAddress[]> AddressesAsync(Uri url, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(url.DnsSafeHost, out var literal))
            return [literal];
        try
        {
            return await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken).WaitAsync(_patience, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }
}
