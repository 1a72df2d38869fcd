using System.Net.Http.Headers;

namespace Mail.Store;

/// <summary>
/// A calendar object with a method, such as <c>text/calendar; method=REQUEST</c>: what mail clients show as an invitation to be accepted or
/// declined (iMIP, RFC 6047, 2.4). Pure.
/// </summary>
public static class Invitation
{
    /// <summary>Whether it is one.</summary>
    public static bool Is(Attachment attachment) =>
        !attachment.IsInline
        && attachment.ContentType.StartsWith("text/calendar", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(attachment.ContentType, out var type)
        && string.Equals(type.MediaType, "text/calendar", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.Any(
            parameter => string.Equals(parameter.Name, "method", StringComparison.OrdinalIgnoreCase) && parameter.Value is { Length: > 0 });
}
