using System.Net;
using System.Net.Sockets;
using Mail.Hosting.Egress;

namespace Mail.SenderService.Webhooks;

/// <summary>
/// Connects to where clients want to be told. A name is resolved once for each connection, and the address that was judged is the one that
/// is connected to, whatever the name resolves to at another time. No proxy, no redirects, no cookies.
/// </summary>
internal sealed class EgressHandler(EgressPolicy policy, EgressHandler.Resolve resolve)
{
    /// <summary>How long it may take to be connected, to whichever address of a name.</summary>
    internal static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // For each address but the last one: the next may be one that answers.
    private static readonly TimeSpan _addressTimeout = TimeSpan.FromSeconds(3);

    // A name may lead elsewhere by then.
    private static readonly TimeSpan _connectionLife = TimeSpan.FromMinutes(1);

    // Shorter than servers keep a connection (Node and Apache 5 s): one that they close just as it is used again is a try that failed for
    // nothing, since a request that was sent is not sent again on another connection.
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(2);

    /// <summary>Resolves a name.</summary>
    internal delegate Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken);

    /// <summary>The handler. How many connections there are is bounded by lanes alone: clients may share a host.</summary>
    internal SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = _connectionLife,
        PooledConnectionIdleTimeout = _idle,
        // What is not read of an answer is not waited for: its connection is closed.
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        if (EgressGuard.Refuse(host, addresses, port, policy) is { } refusal)
            throw new EgressForbiddenException(refusal);
        if (context.InitialRequestMessage.RequestUri!.Scheme != Uri.UriSchemeHttps
            && !EgressGuard.AllowsPlainText(addresses, port, policy))
        {
            throw new EgressForbiddenException("plain http leads only to what EGRESS_ALLOW names");
        }

        return await ConnectAsync([.. EgressGuard.Usable(addresses, port, policy)], port, cancellationToken);
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        Exception? first = null;
        foreach (var (index, address) in addresses.Index())
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (index < addresses.Length - 1)
                deadline.CancelAfter(_addressTimeout);
            try
            {
                return await ConnectAsync(address, port, deadline.Token);
            }
            catch (Exception exception) when (exception is SocketException or NotSupportedException or OperationCanceledException)
            {
                // With the handler's own token, by which it knows its timeout.
                cancellationToken.ThrowIfCancellationRequested();
                first ??= exception is OperationCanceledException ? new SocketException((int)SocketError.TimedOut) : exception;
            }
        }

        throw first ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Nothing is sent to such an address.</summary>
/// <param name="reason">Why, for people.</param>
#pragma warning disable CA1032 // it always says why
internal sealed class EgressForbiddenException(string reason) : Exception(reason);
