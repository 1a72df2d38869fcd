using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Hosting.Egress;
using Mail.Local.Processes;
using Mail.SenderService.Webhooks;
using Mail.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>The way out of the house, on real sockets: what endpoints and names can do to whoever calls them.</summary>
public sealed class WebhookClientTests : IDisposable
{
    private static readonly EgressPolicy _loopback = EgressPolicy.Parse("127.0.0.2");
    private readonly Uri _address = new($"http://127.0.0.2:{FreePorts.Find(1)[0]}/");
    private readonly List<string> _asked = [];
    private readonly List<WebhookClient> _clients = [];

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    [Fact]
    public async Task A_name_that_leads_elsewhere_the_second_time_is_refused_then()
    {
        var answers = new Queue<IPAddress>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);
        await using var inside = await WebServer.StartAsync(
            new($"http://127.0.0.1:{_address.Port}/"), _ => throw new InvalidOperationException());
        await using var server = await WebServer.StartAsync(_address, context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        var client = Client((_, _) => Task.FromResult<IPAddress[]>([answers.Dequeue()]));
        Assert.True((await TryAsync(client, $"http://rebinding.example:{_address.Port}/")).IsSuccess);
        var second = await TryAsync(client, $"http://rebinding.example:{_address.Port}/");
        Assert.Equal("egress_forbidden: leads to an address that nothing is sent to", second.Error);
    }

    [Fact]
    public async Task Nothing_is_connected_to_before_it_is_judged()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var host in new[] { "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "inside.example" })
        {
            var result = await TryAsync(
                Client((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback])), $"http://{host}:{port}/");
            Assert.Contains("egress_forbidden", result.Error, StringComparison.Ordinal);
        }

        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using var server = await WebServer.StartAsync(_address, context =>
        {
            _asked.Add(context.Request.Path);
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://127.0.0.1:1/inside";
            return Task.CompletedTask;
        });
        var result = await TryAsync(Client(), _address.ToString());
        Assert.Equal((status, $"answered {status}; redirects are not followed"), (result.Status!.Value, result.Error));
        Assert.Equal(["/"], _asked);
    }

    [Fact]
    public async Task Clients_that_share_a_host_do_not_wait_for_each_other()
    {
        const int Clients = 20;
        var (arrived, all) = (0, new TaskCompletionSource());
        await using var server = await WebServer.StartAsync(_address, async context =>
        {
            if (Interlocked.Increment(ref arrived) == Clients)
                all.SetResult();
            await all.Task.WaitAsync(context.RequestAborted);
        });
        var client = Client();
        var results = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TryAsync(client, _address.ToString())));
        Assert.All(results, result => Assert.True(result.IsSuccess, result.Error));
    }

    [Fact]
    public async Task Of_a_gigabyte_four_kibibytes_are_read()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), _address.Port);
        listener.Start();
        var writing = WriteAsync(listener, 1024 * 1024 * 1024);
        var result = await TryAsync(Client(), _address.ToString());
        Assert.True(result.IsSuccess);
        Assert.Equal(4096, result.Answer!.Length);
        var written = await writing;
        Assert.True(written < 64 * 1024 * 1024, $"{written} bytes");
    }

    [Fact]
    public async Task Who_drips_its_headers_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), _address.Port);
        listener.Start();
        using var ended = new CancellationTokenSource();
        var dripping = DripAsync(listener, "HTTP/1.1 200 OK\r\nX-A: ", ended.Token);
        var started = TimeProvider.System.GetTimestamp();
        var result = await TryAsync(Client(longest: TimeSpan.FromSeconds(1)), _address.ToString());
        Assert.Equal("did not answer within 1 s", result.Error);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, Deadline.Soon);
        await ended.CancelAsync();
        await dripping;
    }

    [Fact]
    public async Task Who_drips_its_body_has_answered()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), _address.Port);
        listener.Start();
        using var ended = new CancellationTokenSource();
        var dripping = DripAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", ended.Token);
        var result = await TryAsync(Client(), _address.ToString());
        Assert.True(result.IsSuccess);
        Assert.StartsWith("a", result.Answer, StringComparison.Ordinal);
        await ended.CancelAsync();
        await dripping;
    }

    [Fact]
    public async Task What_an_endpoint_asks_for_is_read()
    {
        await using var server = await WebServer.StartAsync(_address, context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "120";
            return context.Response.WriteAsync("busy\0");
        });
        var result = await TryAsync(Client(), _address.ToString());
        Assert.Equal((503, "busy", TimeSpan.FromMinutes(2)), (result.Status, result.Answer, result.RetryAfter));
    }

    /// <summary>
    /// How much of an answer of this length its reader's socket took: Kestrel would take what comes after the connection is
    /// closed as well, until it is told.
    /// </summary>
    private static async Task<long> WriteAsync(TcpListener listener, int length)
    {
        var written = 0L;
        try
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"));
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)'a');
            while (written < length)
                written += await socket.SendAsync(block);
        }
        catch (SocketException)
        {
            // Whoever asked has gone.
        }

        return written;
    }

    private static async Task DripAsync(TcpListener listener, string begin, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await listener.AcceptSocketAsync(cancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(begin), cancellationToken);
            while (true)
            {
                await socket.SendAsync("a"u8.ToArray(), cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Whoever asked has gone.
        }
    }

    private static Task<DeliveryResult> TryAsync(WebhookClient client, string url) =>
        client.TryAsync(url, Guid.CreateVersion7(), "{}", [new byte[32]], CancellationToken.None).WaitAsync(Deadline.Soon);

    private WebhookClient Client(EgressHandler.Resolve? resolve = null, TimeSpan? longest = null)
    {
        var client = new WebhookClient(
            new EgressHandler(_loopback, resolve ?? Dns.GetHostAddressesAsync).Create(), TimeProvider.System,
            longest ?? WebhookClient.Longest);
        _clients.Add(client);
        return client;
    }
}
