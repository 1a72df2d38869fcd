using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures;

/// <summary>
/// Ends TLS before a server that does not speak it, under <see cref="TestCertificate.Server"/>'s name, as a balancer does.
/// </summary>
public sealed class TlsProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly int _port;
    private int _encrypted;

    private TlsProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How many connections were encrypted.</summary>
    public int Encrypted => _encrypted;

    /// <summary>A proxy before a broker, and the address to give to the client instead.</summary>
    public static (TlsProxy Proxy, string RabbitMq) BeforeRabbitMq(string uri)
    {
        var server = new Uri(uri);
        var proxy = new TlsProxy(server.Port);
        return (
            proxy,
            new UriBuilder(server) { Scheme = "amqps", Host = "localhost", Port = ((IPEndPoint)proxy._listener.LocalEndpoint).Port }.Uri
                .ToString());
    }

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
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        try
        {
            await using var encrypted = new SslStream(client.GetStream());
            await encrypted.AuthenticateAsServerAsync(TestCertificate.Server);
            Interlocked.Increment(ref _encrypted);
            await server.ConnectAsync(IPAddress.Loopback, _port, _stopping.Token);
            await Task.WhenAny(
                encrypted.CopyToAsync(server.GetStream(), _stopping.Token), server.GetStream().CopyToAsync(encrypted, _stopping.Token));
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
        {
            // One end is gone: the other is closed after it.
        }
    }
}
