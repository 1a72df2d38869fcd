using System.Security.Cryptography;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>Access tokens of Google for a service account, which acts for the user of the mailbox (domain-wide delegation).</summary>
internal sealed class GoogleTokens : ITokenEndpoint
{
    private const string Scope = "https://mail.google.com/";

    // Where the answer does not say it, which RFC 6749 (5.1) allows.
    private const long UnsaidSeconds = 300;

    private readonly ServiceAccountCredential _credential;

    public GoogleTokens(SmtpOptions options, HttpMessageHandler handler)
    {
        var account = options.OAuthServiceAccount!;
        Host = account.TokenEndpoint.Host;
        var key = RSA.Create();
        key.ImportFromPem(account.PrivateKey);
        _credential = new(new ServiceAccountCredential.Initializer(account.Email, account.TokenEndpoint.ToString())
        {
            User = options.User,
            Scopes = [Scope],
            Key = key,
            KeyId = account.KeyId,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            HttpClientFactory = new GoogleHttpClientFactory(handler)
        });
    }

    public string Host { get; }

    public async Task<(string Value, TimeSpan Lifetime)> AskAsync(CancellationToken cancellationToken)
    {
        await _credential.RequestAccessTokenAsync(cancellationToken);
        var answer = _credential.Token;
        return answer.AccessToken is { Length: > 0 } value
            ? (value, TimeSpan.FromSeconds(answer.ExpiresInSeconds ?? UnsaidSeconds))
            : throw new InvalidDataException("there is no access_token");
    }

    // What the library would add to the handler repeats requests.
    private sealed class GoogleHttpClientFactory(HttpMessageHandler handler) : Google.Apis.Http.IHttpClientFactory
    {
        public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) =>
            new(new ConfigurableMessageHandler(handler) { NumTries = 1, FollowRedirect = false, IsLoggingEnabled = false })
            {
                Timeout = Timeout.InfiniteTimeSpan,
                MaxResponseContentBufferSize = TokenHttp.MaxBytes
            };
    }
}
