using System.Globalization;

namespace Mail.ConfigService.Requests;

/// <summary>
/// What a caller believes to be there (RFC 9110, 13.1.1 and 13.1.2), of something that has a number for an entity tag.
/// </summary>
/// <param name="IfMatch">The header; empty where the caller does not say.</param>
/// <param name="IfNoneMatch">The other header.</param>
internal sealed record Preconditions(string IfMatch, string IfNoneMatch = "")
{
    // What proxies that compress add to a tag: Caddy, Apache.
    private static readonly string[] _encodings = ["-gzip", "-br", "-zstd", "-deflate"];

    internal static Preconditions From(HttpContext context) =>
        new(context.Request.Headers.IfMatch.ToString(), context.Request.Headers.IfNoneMatch.ToString());

    /// <summary>Why a request must not go on; null where it may.</summary>
    /// <param name="what">What the request is about, for example <c>config</c>.</param>
    /// <param name="number">What its number is called, for example <c>revision</c>.</param>
    /// <param name="current">The number that it has; null where it is not there.</param>
    internal string? Refuse(string what, string number, long? current)
    {
        if (IfMatch.Length > 0 && !Names(IfMatch, current))
        {
            return current is null
                ? $"There is no {what} to match. Nothing changed."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {what} is at {number} {current}, not {IfMatch}: someone saved in between. Read it again; nothing changed.");
        }

        return IfNoneMatch.Length > 0 && Names(IfNoneMatch, current)
            ? string.Create(CultureInfo.InvariantCulture, $"There is a {what}, at {number} {current}. Nothing changed.")
            : null;
    }

    /// <summary>Whether a header names an entity tag, strong or weak, or any with <c>*</c>.</summary>
    internal static bool Names(string header, string tag) =>
        header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(each => each == "*" || Opaque(each) == tag);

    private static bool Names(string header, long? current) =>
        current is { } number && Names(header, number.ToString(CultureInfo.InvariantCulture));

    private static string Opaque(string tag)
    {
        var text = (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
        return Array.Find(_encodings, each => text.EndsWith(each, StringComparison.Ordinal)) is { } suffix ? text[..^suffix.Length] : text;
    }
}
