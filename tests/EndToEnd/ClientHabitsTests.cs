using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.EndToEnd.Attachments;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Requests as ordinary HTTP clients write them, where their habits differ.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class ClientHabitsTests : IDisposable
{
    private readonly Api _api;
    private readonly HttpClient _http;
    private readonly string _client = SharedSystemTests.NewClient();

    public ClientHabitsTests(SharedSystem system)
    {
        _api = system.Mail.Api;
        _http = new() { BaseAddress = new Uri(system.Mail.ConfigServices[0].Address, "/api/v1/") };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", MailSystem.OperatorKey);
    }

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("application/json;")]
    [InlineData("application/json; ")]
    [InlineData("application/json; charset=utf-8;")]
    public async Task Empty_parameters_of_a_media_type_do_no_harm(string type) =>
        Assert.Equal(HttpStatusCode.Created, await PostAsync($"client/{_client}/scheduled-emails", Email(), type));

    [Fact]
    public async Task Blanks_are_no_body()
    {
        var id = (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Email())).Expect(HttpStatusCode.Created).Json["id"]!;
        using var content = new StringContent("\n");
        using var answer = await _http.PostAsync(new Uri($"scheduled-emails/{id}/cancel", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Two_idempotency_keys_are_none()
    {
        // HttpClient would write them in one line.
        var body = Email().ToJsonString();
        using var caller = new TcpClient();
        await caller.ConnectAsync(_http.BaseAddress!.Host, _http.BaseAddress.Port);
        await using var stream = caller.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /api/v1/client/{_client}/scheduled-emails HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {MailSystem.OperatorKey}\r\n"
            + "Content-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nConnection: close\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 422 ", answer, StringComparison.Ordinal);
        Assert.Contains("invalid_idempotency_key", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_read_from_an_empty_cursor_begins_at_its_beginning()
    {
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1))))))
            .Expect(HttpStatusCode.OK);
        Assert.Single(
            (await _api.GetAsync($"client/{_client}/scheduled-emails?cursor=")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray());
        Assert.NotEmpty(
            (await _api.GetAsync($"client/{_client}/events?after=&wait=10")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task What_is_to_be_created_alone_is_not_overwritten()
    {
        var (path, config) = ($"client/{_client}/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1)))));
        (await _api.PutAsync(path, config, ("If-None-Match", "*"))).Expect(HttpStatusCode.OK);
        Assert.Equal(
            "revision_mismatch",
            (await _api.PutAsync(path, Api.Config(), ("If-None-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed).Code);
        Assert.Equal(1, (int)(await _api.GetAsync(path)).Json["revision"]!);
    }

    [Fact]
    public async Task A_file_that_a_caller_has_is_not_sent_again_and_one_that_curl_sends_has_no_type()
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded");
        using var uploaded = await _http.PostAsync(new Uri($"client/{_client}/attachments", UriKind.Relative), content);
        var attachment = JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!;
        Assert.Equal("application/octet-stream", (string)attachment["content_type"]!);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"client/{_client}/attachments/{(string)attachment["id"]!}", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("If-None-Match", $"\"{Uploads.IdOf([1, 2, 3])}\"");
        using var answer = await _http.SendAsync(request);
        Assert.Equal((HttpStatusCode.NotModified, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task A_long_path_is_refused_like_any_other()
    {
        var answer = await _api.GetAsync($"client/{new string('a', 20_000)}/email-config");
        Assert.Equal("invalid_client_id", answer.Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    private static JsonObject Email() => Api.Item(null, Api.In(TimeSpan.FromHours(1)));

    private async Task<HttpStatusCode> PostAsync(string path, JsonObject body, string type)
    {
        using var content = new StringContent(body.ToJsonString());
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return answer.StatusCode;
    }
}
