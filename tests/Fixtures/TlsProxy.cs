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
    private readonly LoopbackListener _listener;
    private readonly int _port;
    private int _encrypted;

    private TlsProxy(int port)
    {
        _port = port;
        _listener = new(PassAsync);
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
            new UriBuilder(server) { Scheme = "amqps", Host = "localhost", Port = proxy._listener.Port }.Uri
                .ToString());
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task PassAsync(TcpClient client, CancellationToken stopping)
    {
        using var server = new TcpClient();
        await using var encrypted = new SslStream(client.GetStream());
        await encrypted.AuthenticateAsServerAsync(TestCertificate.Server);
        Interlocked.Increment(ref _encrypted);
        await server.ConnectAsync(IPAddress.Loopback, _port, stopping);
        // Once one end is gone, the other is closed after it.
        await Task.WhenAny(encrypted.CopyToAsync(server.GetStream(), stopping), server.GetStream().CopyToAsync(encrypted, stopping));
    }
}
