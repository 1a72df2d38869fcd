using Mail.SenderService.Smtp.Settings;
using Microsoft.Identity.Client;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// Access tokens of Microsoft Entra for an app (client credentials): the app is who asks, and the mailbox that it sends for is said to
/// the mail server alone.
/// </summary>
internal sealed class MicrosoftTokens : ITokenEndpoint
{
    private readonly IConfidentialClientApplication _app;
    private readonly string[] _scopes;

    public MicrosoftTokens(SmtpOptions options, HttpMessageHandler handler)
    {
        var tenant = options.OAuthTenant!;
        Host = tenant.Authority.Host;
        _scopes = [tenant.Scope];
        var client = new HttpClient(handler, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = TokenHttp.MaxBytes
        };
        // Without the discovery of instances there is one request and one host to reach, and any cloud will do. MSAL's own repetition
        // of requests and its logs stay off.
        _app = ConfidentialClientApplicationBuilder.Create(options.OAuthAppId)
            .WithClientSecret(options.OAuthAppSecret)
            .WithAuthority(tenant.Authority, validateAuthority: false)
            .WithInstanceDiscovery(enableInstanceDiscovery: false)
            .WithHttpClientFactory(new MsalHttpClientFactory(client), retryOnceOn5xx: false)
            .Build();
    }

    public string Host { get; }

    public async Task<(string Value, TimeSpan Lifetime)> AskAsync(CancellationToken cancellationToken)
    {
        // Past MSAL's cache: one that keeps the token and renews it ahead of time is enough (AccessTokens).
        var answer = await _app.AcquireTokenForClient(_scopes).WithForceRefresh(true).ExecuteAsync(cancellationToken);
        // MSAL has counted it from the system's clock a moment ago.
        return (answer.AccessToken, answer.ExpiresOn - TimeProvider.System.GetUtcNow());
    }

    private sealed class MsalHttpClientFactory(HttpClient client) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => client;
    }
}
