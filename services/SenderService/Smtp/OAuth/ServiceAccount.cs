using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// The key of a Google service account, as its JSON file has it. A class, not a record: a record's ToString would print the key.
/// </summary>
internal sealed partial class ServiceAccount
{
    private const string Anew = "make a key of the type JSON for the service account, and set what its file says";

    private const string UsualEndpoint = "https://oauth2.googleapis.com/token";

    /// <summary><c>client_email</c></summary>
    internal required string Email { get; init; }

    /// <summary><c>private_key</c>, in PEM.</summary>
    internal required string PrivateKey { get; init; }

    /// <summary><c>private_key_id</c>; null where there is none.</summary>
    internal string? KeyId { get; init; }

    /// <summary><c>token_uri</c></summary>
    internal required Uri TokenEndpoint { get; init; }

    /// <summary>Reads it. A refusal ends a sentence that begins with what was read.</summary>
    internal static (ServiceAccount? Account, string? Refusal) Parse(string text)
    {
        // A form or a shell may have made real line breaks of those in the private key, and JSON has none within a text.
        if ((Json(text) ?? Json(QuotedText().Replace(text, quoted => quoted.Value.ReplaceLineEndings("\\n")))) is not { } json)
            return (null, "is no JSON: set what the key's file says, from its first brace to its last");
        if (json.ValueKind != JsonValueKind.Object)
            return (null, "is no JSON object: set what the key's file says, from its first brace to its last");
        if (json.TryGetProperty("installed", out _) || json.TryGetProperty("web", out _))
            return (null, $"is an OAuth client, and no key of a service account: {Anew}");
        return Text(json, "type") switch
        {
            "service_account" => Read(json),
            "authorized_user" => (null, $"is a person's login, and no key of a service account: {Anew}"),
            _ => (null, $"is no key of a service account: {Anew}")
        };
    }

    private static JsonElement? Json(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (ServiceAccount? Account, string? Refusal) Read(JsonElement json)
    {
        foreach (var needed in (ReadOnlySpan<string>)["client_email", "private_key"])
        {
            if (Text(json, needed) is not { Length: > 0 })
                return (null, $"lacks {needed}: {Anew}");
        }

        // Where the file went through a form or a shell, its line breaks are often escaped twice.
        var key = Text(json, "private_key")!.Replace("\\n", "\n", StringComparison.Ordinal);
        if (!IsKey(key))
            return (null, $"has a private_key that can't be read: {Anew}");
        if (!Uri.TryCreate(Text(json, "token_uri") ?? UsualEndpoint, UriKind.Absolute, out var endpoint) || !IsSafe(endpoint))
            return (null, $"has a token_uri that is no https URL: {Anew}");
        var (email, id) = (Text(json, "client_email")!, Text(json, "private_key_id"));
        return (new() { Email = email, PrivateKey = key, KeyId = id, TokenEndpoint = endpoint }, null);
    }

    // What stays on this machine, such as an emulator of the provider, needs no TLS.
    private static bool IsSafe(Uri endpoint) =>
        endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback);

    private static bool IsKey(string pem)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception none) when (none is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;

    [GeneratedRegex(
        @"""[^""\\]*(\\.[^""\\]*)*""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex QuotedText();
}
