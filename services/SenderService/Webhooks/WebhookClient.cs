using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Mail.Hosting;

namespace Mail.SenderService.Webhooks;

/// <summary>One try of one delivery: a signed POST, and what comes of it.</summary>
internal sealed class WebhookClient(HttpMessageHandler handler, TimeProvider time, TimeSpan longest) : IDisposable
{
    /// <summary>What a try may take.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private const int MaxAnswer = 4096;

    // For an answer whose status is known already.
    private static readonly TimeSpan _patienceForBody = TimeSpan.FromSeconds(2);

    private static readonly ProductInfoHeaderValue _agent = new("Mail-Webhooks", ProductVersion.Current.Number);

    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Tries.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="eventId">The event, as <c>webhook-id</c>: the same for each try.</param>
    /// <param name="body">What is told: the same bytes for each try.</param>
    /// <param name="secrets">What it is signed with.</param>
    /// <param name="cancellationToken">Ends the try; what came of it is then not known.</param>
    internal async Task<DeliveryResult> TryAsync(
        string url, Guid eventId, string body, IReadOnlyList<byte[]> secrets, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(url, eventId.ToString(), Encoding.UTF8.GetBytes(body), secrets);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return DeliveryResult.From(
                (int)response.StatusCode, await ReadAsync(response, either.Token), RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler gives up earlier where it can't connect.
            return new(
                Status: null,
                timeout.IsCancellationRequested ? $"did not answer within {longest.TotalSeconds:0} s"
                    : $"could not connect within {EgressHandler.ConnectTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            return new(Status: null, Words(exception));
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string url, string id, byte[] body, IReadOnlyList<byte[]> secrets)
    {
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(_agent);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(secrets, id, now, body));
        return request;
    }

    // The status decides. Whatever else comes, slowly or without end, is left.
    private async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswer];
        var length = 0;
        using var patience = new CancellationTokenSource(_patienceForBody, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            while (length < MaxAnswer && await stream.ReadAsync(buffer.AsMemory(length), either.Token) is > 0 and var read)
                length += read;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            // What came so far.
        }

        // PostgreSQL has no NUL in a text.
        return length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length).Replace("\0", "", StringComparison.Ordinal);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) => value switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    // The innermost exception says what happened; those around it, that something did.
    private static string Words(Exception exception) => exception.GetBaseException() switch
    {
        EgressForbiddenException forbidden => $"egress_forbidden: {forbidden.Message}",
        // Its own message may name the address that a name leads to.
        SocketException socket => $"{What(exception)}: {new SocketException((int)socket.SocketErrorCode).Message}",
        var innermost when exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"TLS failed: {innermost.Message}",
        var innermost => innermost.Message,
    };

    private static string What(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? "could not connect"
            : "the connection broke";
}
