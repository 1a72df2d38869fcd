using System.Text;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Which extra headers a caller may set, and to what.</summary>
internal static class HeaderRules
{
    private const int MaxName = 256;

    private static readonly HashSet<string> _reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Received", "Return-Path",
        "Auto-Submitted", "DKIM-Signature",
    };

    internal static Dictionary<string, string> Read(ObjectReader fields)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value, pointer) in fields.Map("headers"))
        {
            if (Refuse(name, value) is { } sentence)
                fields.Errors.Add(pointer, sentence);
            else if (!seen.Add(name))
                fields.Errors.Add(pointer, "is given more than once");
            headers[name] = value;
        }

        if (headers.Count > EmailFields.MaxHeaders)
            fields.Errors.Add(fields.Pointer("headers"), $"has more than {EmailFields.MaxHeaders} headers");
        return headers;
    }

    private static string? Refuse(string name, string value)
    {
        // RFC 5322 section 3.6.8: printable US-ASCII but the colon.
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || name.Contains(':', StringComparison.Ordinal))
            return "is not a header name";
        if (_reserved.Contains(name) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ARC-", StringComparison.OrdinalIgnoreCase))
        {
            return "is set by the system itself";
        }

        if (name.Length > MaxName)
            return $"has a name longer than {MaxName} characters";
        if (JsonText.RefuseControls(value) is { } sentence)
            return sentence;
        if (value.Length > EmailFields.MaxHeaderValue)
            return $"is longer than {EmailFields.MaxHeaderValue} characters";
        return Ascii.IsValid(value) && HeaderLines.Fold(name, value) is null
            ? $"has more than {HeaderLines.MaxUnbroken} characters without white space to fold at: a line of a header has "
                + $"{HeaderLines.MaxLine} at the most"
            : null;
    }
}
