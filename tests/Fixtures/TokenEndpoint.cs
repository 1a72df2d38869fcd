using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mail.Local.Processes;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Fixtures;

/// <summary>
/// Where a provider issues access tokens, on a real socket and by TLS: Microsoft's for the secret of an app, Google's for an assertion that
/// a service account has signed. It checks all that the providers check, and knows which of its tokens are good.
/// </summary>
public sealed class TokenEndpoint : IAsyncDisposable
{
    /// <summary>The mailbox that e-mail is sent for.</summary>
    public const string Mailbox = "mailbox@sender.example";

    private const string Tenant = "6babcaad-604b-40ac-a9d7-9fd97c0b779f";
    private const string App = "396c2760-2fa5-4948-b9d5-9839a7440836";
    private const string Account = "mail@project.iam.gserviceaccount.com";

    // One for all: making it takes longer than most tests.
    private static readonly string _key = NewKey();

    private readonly ConcurrentDictionary<string, long> _issued = new(StringComparer.Ordinal);
    private WebServer? _server;
    private int _requests;

    /// <summary>Where it is, whether it listens or not.</summary>
    public Uri Address { get; } = new($"https://127.0.0.1:{FreePorts.Find(1)[0]}/");

    /// <summary>The one secret of the app that it takes.</summary>
    public string Secret { get; set; } = "tests~of-the-Secret.of.an-app-0123456789";

    /// <summary>For how long its tokens are good.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What it does in place of all that; null for what is usual, which its result may stand for as well.</summary>
    public Func<HttpContext, Task<bool>>? Otherwise { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Requests => _requests;

    /// <summary>All tokens that it has issued.</summary>
    public IReadOnlyCollection<string> Tokens => [.. _issued.Keys];

    /// <summary>The private key of the service account, one line of it: no log may have it.</summary>
    public static string PartOfKey => _key.Split('\n')[4];

    /// <summary>Starts one.</summary>
    public static async Task<TokenEndpoint> StartAsync()
    {
        var endpoint = new TokenEndpoint();
        await endpoint.ListenAsync();
        return endpoint;
    }

    /// <summary>One that does not listen yet.</summary>
    public static TokenEndpoint NotListening() => new();

    /// <summary>Begins to listen.</summary>
    public async Task ListenAsync() => _server = await WebServer.StartAsync(Address, AnswerAsync);

    /// <summary>Answers so, from now on.</summary>
    public void Answer(HttpStatusCode status, string body) => Otherwise = async context =>
    {
        context.Response.StatusCode = (int)status;
        await context.Response.WriteAsync(body);
        return true;
    };

    /// <summary>Whether the token is one of its own, and neither expired nor revoked.</summary>
    public bool IsGood(string token) =>
        _issued.TryGetValue(token, out var issued) && issued != 0 && TimeProvider.System.GetElapsedTime(issued) < Lifetime;

    /// <summary>Makes all of its tokens worthless.</summary>
    public void Revoke()
    {
        foreach (var token in _issued.Keys)
            _issued[token] = 0;
    }

    /// <summary>The settings of a sender that asks it, as environment variables.</summary>
    /// <param name="provider"><c>microsoft</c> or <c>google</c>.</param>
    public Dictionary<string, string?> Settings(string provider) => new(StringComparer.Ordinal)
    {
        ["SMTP_AUTH"] = provider,
        ["SMTP_USER"] = Mailbox,
        ["SMTP_OAUTH_TENANT"] = provider == "microsoft" ? $"{Address}{Tenant}" : null,
        ["SMTP_OAUTH_APP_ID"] = provider == "microsoft" ? App : null,
        ["SMTP_OAUTH_APP_SECRET"] = provider == "microsoft" ? Secret : null,
        ["SMTP_OAUTH_SERVICE_ACCOUNT"] = provider == "google" ? ServiceAccount() : null,
    };

    /// <summary>The file with the key of the service account.</summary>
    public string ServiceAccount() => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = "project",
        private_key_id = "0123456789abcdef",
        private_key = _key,
        client_email = Account,
        client_id = "123456789012345678901",
        token_uri = $"{Address}token",
    });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (Otherwise is { } otherwise && await otherwise(context))
            return;
        var form = await context.Request.ReadFormAsync();
        var refusal = context.Request.Path == "/token" ? OfGoogle(form) : OfMicrosoft(context.Request, form);
        context.Response.ContentType = "application/json";
        if (refusal is { } refused)
        {
            context.Response.StatusCode = refused.Status;
            await context.Response.WriteAsync(
                JsonSerializer.Serialize(new { error = refused.Error, error_description = refused.Description }));
            return;
        }

        // As long as those of Microsoft are.
        var token =
            $"eyJ0eXAiOiJKV1QiLCJub25jZSI6I.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(600))}."
            + $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(128))}";
        _issued[token] = TimeProvider.System.GetTimestamp();
        await context.Response.WriteAsync(
            JsonSerializer.Serialize(new { access_token = token, token_type = "Bearer", expires_in = (int)Lifetime.TotalSeconds }));
    }

    // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    private (int Status, string Error, string Description)? OfMicrosoft(HttpRequest request, IFormCollection form)
    {
        if (request.Path != $"/{Tenant}/oauth2/v2.0/token" || form["grant_type"] != "client_credentials"
            || form["scope"] != "https://outlook.office365.com/.default")
        {
            return (400, "invalid_request", $"AADSTS900144: {request.Path} {form["grant_type"]} {form["scope"]}");
        }

        return form["client_id"] == App && form["client_secret"] == Secret
            ? null
            : (401, "invalid_client", "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the "
                + $"client secret value, not the client secret ID, for a secret added to app '{App}'. "
                + $"Trace ID: {Guid.CreateVersion7()} Correlation ID: {Guid.CreateVersion7()} Timestamp: "
                + $"{TimeProvider.System.GetUtcNow():u}");
    }

    // https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
    private static (int Status, string Error, string Description)? OfGoogle(IFormCollection form)
    {
        var parts = form["assertion"].ToString().Split('.');
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" || parts.Length != 3)
            return (400, "unsupported_grant_type", "Invalid grant_type");
        using var key = RSA.Create();
        key.ImportFromPem(_key);
        if (!key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return (400, "invalid_grant", "Invalid JWT Signature.");
        }

        var claims = JsonElement.Parse(Decode(parts[1]));
        if (Text("iss") != Account)
            return (400, "invalid_grant", "Invalid grant: account not found");
        if (Text("sub") != Mailbox)
            return (400, "invalid_grant", "Invalid email or User ID");
        // Google's library names Google here, whatever the file of the key says.
        if (Text("aud") != "https://oauth2.googleapis.com/token"
            || claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64() is <= 0 or > 3600)
        {
            return (400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                + "Check your iat and exp values in the JWT claim.");
        }

        return Text("scope") == "https://mail.google.com/"
            ? null
            : (401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method, or client not authorized "
                + "for any of the scopes requested.");

        string? Text(string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static byte[] Decode(string part) => System.Buffers.Text.Base64Url.DecodeFromChars(part);
}
