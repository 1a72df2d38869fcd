using System.Text.RegularExpressions;

namespace Mail.Hosting;

/// <summary>
/// What may be said without a key, and to every client: our own words. What a server said, and any address or host, is for the operator:
/// it may name another client's recipient.
/// </summary>
public static partial class PublicWords
{
    /// <summary>A reason without what the server said, which follows its colon; null where nothing is left.</summary>
    public static string? Reason(string? reason) => reason is null ? null : WithoutNames(reason.Split(':')[0]);

    /// <summary>A text without the sentences that name an address, a host or a URL; null where nothing is left.</summary>
    public static string? WithoutNames(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var said = string.Join(' ', BetweenSentences().Split(text.Trim()).Where(IsOurs));
        return said.Length == 0 ? null : said;
    }

    [GeneratedRegex(@"(?<=[.!?])\s+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BetweenSentences();

    private static bool IsOurs(string sentence) => !Private().IsMatch(Permission().Replace(sentence, ""));

    // What a provider calls the right to send. It looks like a host, or has one, and is the same for everybody.
    [GeneratedRegex(
        @"\bSMTP\.SendAsApp\b|\bhttps://mail\.google\.com/(?=[\s,.;)]|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Permission();

    // An address, a URL, an IPv4 address, an IPv6 address, a host name.
    [GeneratedRegex(
        @"@|://|\b\d{1,3}(\.\d{1,3}){3}\b|[0-9a-f]{0,4}:[0-9a-f]{0,4}:|(?<![\w./])([\p{L}\p{N}_-]+\.)+\p{L}{2,}\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Private();
}
