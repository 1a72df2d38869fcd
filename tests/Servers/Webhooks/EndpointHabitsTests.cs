using System.Globalization;
using System.Net;
using Mail.Hosting.Egress;
using Mail.Local.Processes;
using Mail.SenderService.Webhooks;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>What endpoints and the servers before them were reported to do, to those who deliver webhooks.</summary>
public sealed class EndpointHabitsTests : IDisposable
{
    private const string Body = """{"type":"email.sent"}""";

    private readonly WebhookClient _client = Client(WebhookClient.Longest);

    public void Dispose() => _client.Dispose();

    [Theory]
    // Old servers and scripts: the end of the connection is the end of the answer.
    [InlineData("HTTP/1.0 200 OK\r\n\r\nok", true, 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", true, 200, "ok")]
    // Proxies that say 100 to every POST, whoever asked for it, and hints before the answer.
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", false, 204, null)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", false, 202, "ok")]
    // A worker that ends in mid-answer: the status was said, and so was what it means.
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true, 200, "half")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true, 200, "half")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n", false, 200, null)]
    // Chunks without an end: the status decides.
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false, 200, "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain", false, 200, "plain")]
    public async Task What_was_answered_is_read_however_it_was_said(string answer, bool closes, int status, string? body)
    {
        await using var endpoint = new RawEndpoint(answer, closes);
        var result = await TryAsync(endpoint.Url);
        Assert.Equal((status, null, body), (result.Status, result.Error, result.Answer));
        Assert.Equal(1, endpoint.Requests);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 OK\r\n\r\n")]
    [InlineData("HTTP/9.9 200 OK\r\n\r\n")]
    [InlineData("")]
    public async Task What_is_no_answer_is_a_failure(string answer)
    {
        await using var endpoint = new RawEndpoint(answer, closes: true);
        var result = await TryAsync(endpoint.Url);
        Assert.Null(result.Status);
        Assert.NotEmpty(result.Error!);
        Assert.Equal(1, endpoint.Requests);
    }

    [Fact]
    public async Task Headers_without_end_are_given_up()
    {
        await using var endpoint = new RawEndpoint(
            $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat("Set-Cookie: a=b; path=/; secure; httponly\r\n", 1000))}", closes: false);
        Assert.Null((await TryAsync(endpoint.Url)).Status);
    }

    [Fact]
    public async Task Who_says_for_ever_that_it_goes_on_is_given_up_in_time()
    {
        await using var endpoint = new RawEndpoint(async exchange =>
        {
            while (!exchange.Over.IsCancellationRequested)
            {
                await exchange.SayAsync("HTTP/1.1 102 Processing\r\n\r\n");
                await Task.Delay(10, exchange.Over);
            }
        });
        using var hasty = Client(TimeSpan.FromSeconds(1));
        Assert.Equal("did not answer within 1 s", (await TryAsync(endpoint.Url, hasty)).Error);
    }

    [Fact]
    public async Task Gone_is_gone_though_its_answer_never_ends()
    {
        await using var endpoint = new RawEndpoint("HTTP/1.1 410 Gone\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n", closes: false);
        var result = await TryAsync(endpoint.Url);
        Assert.True(result.IsGone);
        Assert.Equal("gone", result.Answer);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        var until = TimeProvider.System.GetUtcNow().AddMinutes(2).ToString("R", CultureInfo.InvariantCulture);
        await using var endpoint = new RawEndpoint(
            $"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {until}\r\nContent-Length: 0\r\n\r\n", closes: false);
        var result = await TryAsync(endpoint.Url);
        Assert.InRange(DeliverySchedule.Asked(result)!.Value, TimeSpan.FromSeconds(110), TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1445412480000000")]
    [InlineData("soon")]
    [InlineData("2026-11-29T12:00:00Z")]
    public async Task A_Retry_After_that_says_nothing_is_passed_over(string value)
    {
        await using var endpoint = new RawEndpoint(
            $"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n", closes: false);
        var result = await TryAsync(endpoint.Url);
        Assert.Equal((503, null), (result.Status, DeliverySchedule.Asked(result)));
    }

    [Fact]
    public async Task A_connection_that_was_closed_after_an_answer_costs_no_try()
    {
        // As servers do that keep connections for a moment, and say nothing of it.
        await using var endpoint = new RawEndpoint("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closes: true);
        for (var count = 0; count < 5; count++)
        {
            Assert.True((await TryAsync(endpoint.Url)).IsSuccess);
            await Deadline.UntilAsync(() => Task.FromResult(endpoint.Closed), closed => closed == count + 1);
        }

        Assert.Equal(5, endpoint.Requests);
    }

    [Fact]
    public async Task A_connection_is_left_before_its_server_leaves_it()
    {
        // Node's keepAliveTimeout, and Apache's, is five seconds.
        var connections = new HashSet<string>();
        await using var server = await WebServer.StartAsync(new($"http://127.0.0.2:{FreePorts.Find(1)[0]}/"), context =>
        {
            connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        });
        for (var count = 0; count < 3; count++)
            Assert.True((await TryAsync(server.Address.ToString())).IsSuccess);
        Assert.Single(connections);
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.True((await TryAsync(server.Address.ToString())).IsSuccess);
        Assert.Equal(2, connections.Count);
    }

    [Fact]
    public async Task What_may_have_arrived_is_not_sent_again_within_a_try()
    {
        var count = 0;
        await using var endpoint = new RawEndpoint(async exchange =>
        {
            if (++count == 2)
                exchange.Close();
            else
                await exchange.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        Assert.True((await TryAsync(endpoint.Url)).IsSuccess);
        var second = await TryAsync(endpoint.Url);
        Assert.Null(second.Status);
        Assert.NotEmpty(second.Error!);
        Assert.Equal(2, endpoint.Requests);
    }

    [Fact]
    public async Task The_name_is_told_though_the_address_is_what_is_connected_to()
    {
        var head = "";
        await using var endpoint = new RawEndpoint(exchange =>
        {
            head = exchange.Head;
            return exchange.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        using var client = Client(WebhookClient.Longest, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2")]));
        Assert.True((await TryAsync($"http://hooks.example:{endpoint.Port}/a?b=c", client)).IsSuccess);
        Assert.StartsWith("POST /a?b=c HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: hooks.example:{endpoint.Port}\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Expect:", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Transfer-Encoding:", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Who_is_not_who_the_certificate_says_is_told_nothing()
    {
        await using var server = await WebServer.StartAsync(
            new($"https://127.0.0.2:{FreePorts.Find(1)[0]}/"), _ => throw new InvalidOperationException());
        var result = await TryAsync(server.Address.ToString());
        Assert.StartsWith("TLS failed", result.Error, StringComparison.Ordinal);
        // What says nothing to a handshake is given up in time, too.
        await using var mute = new RawEndpoint("", closes: false);
        using var hasty = Client(TimeSpan.FromSeconds(1));
        Assert.Equal("did not answer within 1 s", (await TryAsync($"https://127.0.0.2:{mute.Port}/", hasty)).Error);
    }

    private Task<DeliveryResult> TryAsync(string url, WebhookClient? client = null) =>
        (client ?? _client).TryAsync(url, Guid.CreateVersion7(), Body, [new byte[32]], CancellationToken.None).WaitAsync(Deadline.Soon);

    private static WebhookClient Client(TimeSpan longest, EgressHandler.Resolve? resolve = null) => new(
        new EgressHandler(EgressPolicy.Parse("127.0.0.2"), resolve ?? Dns.GetHostAddressesAsync).Create(), TimeProvider.System, longest);
}
