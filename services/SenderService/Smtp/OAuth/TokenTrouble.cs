using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>What it means that there is no access token: the provider refuses it, or it could not be asked. Pure.</summary>
internal static partial class TokenTrouble
{
    private const int MaxCharacters = 500;

    /// <summary>From an answer that is no token (RFC 6749, 5.2).</summary>
    /// <param name="host">The host that answered.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="body">Its body.</param>
    public static SmtpTrouble From(string host, int status, string? body)
    {
        var (error, description) = Read(body);
        return error is null or "temporarily_unavailable" or "server_error" or "internal_failure" || status is 408 or 429 or >= 500
            || Passing().IsMatch(description ?? "")
            ? NotReached(host, $"it answered with the status {status}")
            : new(SmtpFault.TokenRefused, Words(error, description));
    }

    /// <summary>From what broke on the way, however deep a library has wrapped it.</summary>
    public static SmtpTrouble From(string host, Exception broken)
    {
        for (var cause = broken; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SmtpTrouble { Fault: SmtpFault.TokenRefused or SmtpFault.TokenNotReached } known:
                    return known;
                case SmtpTrouble dial:
                    return NotReached(host, dial.Message);
                case OperationCanceledException:
                    return NotReached(host, "it did not answer in time");
                case AuthenticationException tls:
                    return NotReached(host, $"the TLS handshake failed: {(tls.InnerException ?? tls).Message}");
                case HttpRequestException { InnerException: null } or IOException { InnerException: null }:
                    return NotReached(host, cause.Message);
            }
        }

        return NotReached(host, "its answer is no access token");
    }

    private static SmtpTrouble NotReached(string host, string why) =>
        new(SmtpFault.TokenNotReached, $"no access token from {host}: {LoginSecrets.WithoutLogins(why).TrimEnd('.', ' ')}");

    private static (string? Error, string? Description) Read(string? body)
    {
        try
        {
            var json = JsonElement.Parse(body ?? "");
            return json.ValueKind == JsonValueKind.Object ? (Text(json, "error"), Text(json, "error_description")) : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Without what is new each time: the same trouble is to be told in the same words.
    private static string Words(string error, string? description)
    {
        var words = Unreadable().Replace(Changing().Replace(description ?? "", ""), " ").Trim();
        if (!words.StartsWith("AADSTS", StringComparison.Ordinal))
            words = words.Length == 0 ? error : $"{error}: {words}";
        words = LoginSecrets.Hide(words);
        return words.Length > MaxCharacters ? words[..MaxCharacters] : words;
    }

    // Microsoft's trouble of its own, whatever the status: it asks for another attempt.
    [GeneratedRegex(
        @"\bAADSTS(50033|50196|90006|90012|90024|90033|90055)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Passing();

    // Microsoft's "Trace ID: … Correlation ID: … Timestamp: …", and the number and time that some of its proxies put first.
    [GeneratedRegex(
        @"(Trace ID|Correlation ID|Timestamp):.*|^[\d, ]+ - \[[^\]]*\]: ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Changing();

    [GeneratedRegex(@"[\p{C}\s]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unreadable();
}
