using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// Signs what webhooks get (Standard Webhooks 1.0, "Signature scheme"): HMAC-SHA256 over id, time and body, with dots between them.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>The header <c>webhook-signature</c>: one signature for each secret, with blanks between them.</summary>
    /// <param name="secrets">The bytes that <c>whsec_</c> stands before in base64.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="at">The time of this try, the header <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body, byte for byte.</param>
    internal static string Sign(IEnumerable<byte[]> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, content))}"));
    }

    /// <summary>The header <c>webhook-timestamp</c>: seconds since 1970.</summary>
    internal static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
