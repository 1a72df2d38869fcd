using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Paths as they come over the wire; HTTP clients tidy them up.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class PathsTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;

    [Theory]
    [InlineData("/api/v1/client/../hold")]
    [InlineData("/api/v1/client/./hold")]
    [InlineData("/api/v1/client/%2e%2E/hold")]
    [InlineData("/api/v1/client/.%2e/hold")]
    [InlineData("/api/v1/client/acme/../../hold")]
    public async Task A_path_with_dots_in_place_of_a_client_is_refused_and_holds_nothing(string path)
    {
        var answer = await SendAsync(path);
        Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"invalid_client_id\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await _api.GetAsync("holds")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray(), hold => hold!["client_id"] is null);
    }

    [Fact]
    public async Task A_path_without_a_client_is_no_path() =>
        Assert.StartsWith("HTTP/1.1 404 ", await SendAsync("/api/v1/client//hold"), StringComparison.Ordinal);

    private async Task<string> SendAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, system.Mail.ConfigServices[0].Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {MailSystem.OperatorKey}\r\nContent-Length: 0\r\n"
            + "Connection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
