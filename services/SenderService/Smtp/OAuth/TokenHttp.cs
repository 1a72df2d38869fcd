using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Connections;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>HTTP to a token endpoint. What goes there is a secret: no redirect is followed, and certificates are checked.</summary>
internal static class TokenHttp
{
    /// <summary>More than any token, and less than would harm.</summary>
    internal const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan _connectionLife = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A handler that connects as a sender does, so that a broken route to one address of a host costs a quarter of a second, and that
    /// throws what an answer comes to which is no token (<see cref="TokenTrouble"/>).
    /// </summary>
    /// <param name="timeout">What connecting may take.</param>
    /// <param name="trust">What certificates to trust in place of the system's store; null in production.</param>
    /// <param name="time">The clock of the time-out.</param>
    public static HttpMessageHandler Handler(TimeSpan timeout, X509ChainPolicy? trust, TimeProvider time)
    {
        var habits = new ServerHabits();
        return new Refusals(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = _connectionLife,
            // With a proxy (HTTPS_PROXY) it is the proxy that is connected to.
            ConnectCallback = async (context, stop) => new NetworkStream(
                await SmtpConnector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, timeout, habits, time, stop),
                ownsSocket: true),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust?.Clone() }
        });
    }

    // Here, since each library reads other answers than a token in its own way, and some of them not at all.
    private sealed class Refusals(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
            {
                await answer.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
                var body = await answer.Content.ReadAsStringAsync(cancellationToken);
                throw TokenTrouble.From(request.RequestUri!.Host, (int)answer.StatusCode, body);
            }
        }
    }
}
