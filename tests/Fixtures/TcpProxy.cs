using System.Net;
using System.Net.Sockets;

namespace Mail.Tests.Fixtures;

/// <summary>Stands between a client and a server, to cut and to stall what passes.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flow = new();
    private volatile bool _cut;

    private TcpProxy(string host, int port, IPAddress? address = null)
    {
        (_host, _port, _listener) = (host, port, new(address ?? IPAddress.Loopback, 0));
        _flow.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private int _heldBack;

    /// <summary>How many connections have something that a stall keeps back.</summary>
    public int HeldBack => Volatile.Read(ref _heldBack);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A proxy before whatever listens on a port of this machine.</summary>
    public static TcpProxy Before(int port) => new("127.0.0.1", port);

    /// <summary>A proxy before whatever listens on a port of an address of this machine, at the same address.</summary>
    public static TcpProxy Before(IPAddress address, int port) => new(address.ToString(), port, address);

    /// <summary>A proxy before a server, and the address to give to the client instead.</summary>
    public static (TcpProxy Proxy, string RabbitMq) BeforeRabbitMq(string uri)
    {
        var server = new Uri(uri);
        var proxy = new TcpProxy(server.Host, server.Port);
        return (proxy, new UriBuilder(server) { Host = "127.0.0.1", Port = proxy.Port }.Uri.ToString());
    }

    /// <inheritdoc cref="BeforeRabbitMq"/>
    public static (TcpProxy Proxy, string Postgres) BeforePostgres(string connectionString)
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        var proxy = new TcpProxy(server.Host!, server.Port);
        (server.Host, server.Port) = ("127.0.0.1", proxy.Port);
        return (proxy, server.ConnectionString);
    }

    /// <summary>Closes every connection, and each new one at once.</summary>
    public void Cut()
    {
        _cut = true;
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    /// <summary>Passes on nothing more; connections stay open.</summary>
    public void Stall()
    {
        // Once more is the same: who waits already waits for the same restore.
        if (_flow.Task.IsCompleted)
            _flow = new();
    }

    /// <summary>Lets everything pass again.</summary>
    public void Restore()
    {
        _cut = false;
        _flow.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Restore();
        Cut();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                if (_cut)
                    client.Dispose();
                else
                    _ = PassAsync(client);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var _ = client;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_open)
        {
            // Cut since it was accepted.
            if (_cut)
                return;
            _open.AddRange([client, server]);
        }

        try
        {
            await server.ConnectAsync(_host, _port);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server is not there, or the connection was cut meanwhile: the client finds it closed.
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                Interlocked.Increment(ref _heldBack);
                await _flow.Task;
                Interlocked.Decrement(ref _heldBack);
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One end is gone: the other is closed after it.
        }
    }
}
