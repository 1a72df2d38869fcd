using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Hosting.Egress;
using Mail.Local.Processes;
using Mail.SenderService.Webhooks;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>What people read of a try that got no answer: <c>last_error</c>.</summary>
public sealed class LastErrorTests
{
    // The record of a fatal alert (RFC 8446 section 6): handshake_failure.
    private static readonly byte[] _alert = [21, 3, 3, 0, 2, 2, 40];

    [Fact]
    public async Task An_alert_of_the_server_is_told()
    {
        var error = await ErrorAsync("https", async socket => await socket.SendAsync(_alert, CancellationToken.None));
        Assert.StartsWith("TLS failed: ", error, StringComparison.Ordinal);
        Assert.Contains("alert", error, StringComparison.OrdinalIgnoreCase);
        AssertSaysWhat(error);
    }

    [Fact]
    public async Task Plain_text_where_TLS_was_expected_is_told()
    {
        var error = await ErrorAsync(
            "https", async socket => await socket.SendAsync(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2\r\n"), CancellationToken.None));
        Assert.StartsWith("TLS failed: ", error, StringComparison.Ordinal);
        AssertSaysWhat(error);
    }

    [Fact]
    public async Task A_connection_that_is_closed_during_the_handshake_is_told()
    {
        var error = await ErrorAsync("https", CloseAsync);
        Assert.Contains("EOF", error, StringComparison.Ordinal);
        AssertSaysWhat(error);
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_an_answer_is_told()
    {
        var error = await ErrorAsync("http", CloseAsync);
        Assert.Contains("ended prematurely", error, StringComparison.Ordinal);
        AssertSaysWhat(error);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_connection_that_breaks_was_a_connection(string scheme)
    {
        var error = await ErrorAsync(scheme, socket =>
        {
            // Without a last word: the other side is told of a reset.
            socket.LingerState = new(enable: true, seconds: 0);
            socket.Close();
            return Task.CompletedTask;
        });
        Assert.Equal($"the connection broke: {Words(SocketError.ConnectionReset)}", error);
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_connected_to() => Assert.Equal(
        $"could not connect: {Words(SocketError.ConnectionRefused)}", await TryAsync($"http://127.0.0.2:{FreePorts.Find(1)[0]}/"));

    [Fact]
    public async Task Nor_is_a_name_that_leads_nowhere() => Assert.Equal(
        $"could not connect: {Words(SocketError.HostNotFound)}",
        await TryAsync(
            "https://nowhere.example/",
            (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound))));

    // What .NET says of whatever goes wrong.
    private static void AssertSaysWhat(string? error)
    {
        Assert.DoesNotContain("inner exception", error, StringComparison.Ordinal);
        Assert.DoesNotContain("An error occurred", error, StringComparison.Ordinal);
    }

    private static string Words(SocketError error) => new SocketException((int)error).Message;

    private static Task CloseAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }

    // The server reads what comes first, and does this.
    private static async Task<string?> ErrorAsync(string scheme, Func<Socket, Task> answer)
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        listener.Start();
        var serving = ServeAsync(listener, answer);
        var error = await TryAsync($"{scheme}://{listener.LocalEndpoint}/");
        await serving.WaitAsync(Deadline.Soon);
        return error;
    }

    private static async Task ServeAsync(TcpListener listener, Func<Socket, Task> answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        var buffer = new byte[16 * 1024];
        await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        await answer(socket);
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) > 0)
            {
                // Closed with something unread, it would be reset.
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Whoever asked has gone, or this side has closed it.
        }
    }

    private static async Task<string?> TryAsync(string url, EgressHandler.Resolve? resolve = null)
    {
        using var client = new WebhookClient(
            new EgressHandler(EgressPolicy.Parse("127.0.0.2"), resolve ?? Dns.GetHostAddressesAsync).Create(), TimeProvider.System,
            WebhookClient.Longest);
        var result = await client.TryAsync(url, Guid.CreateVersion7(), "{}", [new byte[32]], CancellationToken.None)
            .WaitAsync(Deadline.Soon);
        Assert.Null(result.Status);
        return result.Error;
    }
}
