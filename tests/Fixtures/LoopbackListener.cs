using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Mail.Tests.Fixtures;

/// <summary>Accepts connections on a port of the loopback address until it is disposed of, and serves each as it comes.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<TcpClient, CancellationToken, Task> _serve;
    private readonly Task _accepting;

    /// <summary>Begins.</summary>
    /// <param name="serve">
    /// Serves a connection, which is closed after it. The token is cancelled at the end. That the other end is gone, or does not agree on
    /// TLS, ends the connection and nothing else.
    /// </param>
    internal LoopbackListener(Func<TcpClient, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await _serve(client, _stopping.Token);
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // The other end is gone, or this one is.
        }
    }
}
