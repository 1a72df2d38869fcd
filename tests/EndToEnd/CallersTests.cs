using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>What HTTP clients, browsers and proxies do beside what the API's own examples show.</summary>
public sealed class CallersTests(CallersTests.Service service) : IClassFixture<CallersTests.Service>
{
    private const string Allowed = "https://app.example.com";

    private readonly string _client = SharedSystemTests.NewClient();

    [Theory]
    [InlineData(Allowed)]
    [InlineData("http://localhost:5173")]
    public async Task A_browser_of_an_allowed_origin_may_ask_and_read(string origin)
    {
        using var preflight = await SendAsync(
            HttpMethod.Options, "/api/v1/client/acme/scheduled-emails", origin, ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"));
        Assert.Equal((HttpStatusCode.NoContent, origin), (preflight.StatusCode, Header(preflight, "Access-Control-Allow-Origin")));
        Assert.Contains("POST", Header(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("idempotency-key", Header(preflight, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);

        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/email-status", origin);
        Assert.Equal((HttpStatusCode.OK, origin), (answer.StatusCode, Header(answer, "Access-Control-Allow-Origin")));
        foreach (var exposed in new[] { "ETag", "Location", "Retry-After", "Idempotency-Replayed", "X-Request-Id" })
            Assert.Contains(exposed, Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("Origin", Header(answer, "Vary"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));

        // What is refused can be read too.
        using var refused = await SendAsync(HttpMethod.Get, "/api/v1/holds", origin);
        Assert.Equal((HttpStatusCode.Unauthorized, origin), (refused.StatusCode, Header(refused, "Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("http://app.example.com")]
    [InlineData("null")]
    public async Task A_browser_of_another_origin_may_not(string origin)
    {
        using var preflight = await SendAsync(
            HttpMethod.Options, "/api/v1/client/acme/scheduled-emails", origin, ("Access-Control-Request-Method", "POST"));
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/email-status", origin);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin") || answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task The_page_is_for_no_other_origin()
    {
        using var page = await SendAsync(HttpMethod.Get, "/sign-in", Allowed);
        Assert.False(page.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/api/v1/email-status")]
    [InlineData("/api/v1/holds")]
    [InlineData("/api/v1/client/nobody/email-config")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/sign-in")]
    public async Task HEAD_answers_as_GET_does_without_the_body(string path)
    {
        using var get = await SendAsync(HttpMethod.Get, path, null, ("X-API-Key", MailSystem.OperatorKey));
        using var head = await SendAsync(HttpMethod.Head, path, null, ("X-API-Key", MailSystem.OperatorKey));
        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task A_body_that_says_it_is_encoded_is_refused(string encoding)
    {
        using var plain = new MemoryStream(Encoding.UTF8.GetBytes(Api.Config().ToJsonString()));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            await plain.CopyToAsync(gzip);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        Assert.Equal(
            "unsupported_content_encoding",
            (await service.Api.SendAsync(HttpMethod.Put, $"client/{_client}/email-config", content))
                .Expect(HttpStatusCode.UnsupportedMediaType).Code);
    }

    [Fact]
    public async Task The_charset_utf8_is_UTF_8_and_null_is_a_body_that_is_left_out()
    {
        using var config = new StringContent(Api.Config().ToJsonString());
        config.Headers.Remove("Content-Type");
        config.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf8");
        (await service.Api.SendAsync(HttpMethod.Put, $"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK);

        var later = Api.Item(null, Api.In(TimeSpan.FromHours(1)));
        var id = (string)(await service.Api.PostAsync($"client/{_client}/scheduled-emails", later))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        using var nothing = new StringContent("null", Encoding.UTF8, "application/json");
        (await service.Api.SendAsync(HttpMethod.Post, $"scheduled-emails/{id}/cancel", nothing)).Expect(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/octet-stream")]
    [InlineData("text/csv;q=0.5, image/*")]
    public async Task What_is_wrong_is_said_whatever_the_caller_accepts(string accept)
    {
        (string Path, HttpStatusCode Status, string Code)[] wrong =
        [
            ($"/api/v1/scheduled-emails/{Guid.CreateVersion7()}", HttpStatusCode.NotFound, "email_not_found"),
            ("/api/v1/nothing", HttpStatusCode.NotFound, "not_found"),
            ($"/api/v1/client/{_client}/scheduled-emails?limit=0", HttpStatusCode.UnprocessableEntity, "invalid_query"),
        ];
        foreach (var (path, status, code) in wrong)
        {
            using var answer = await SendAsync(
                HttpMethod.Get, path, null, ("X-API-Key", MailSystem.OperatorKey), ("Accept", accept));
            Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Equal(code, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!);
        }
    }

    [Fact]
    public async Task A_body_without_a_type_is_taken_for_JSON()
    {
        using var config = new ByteArrayContent(Encoding.UTF8.GetBytes(Api.Config().ToJsonString()));
        (await service.Api.SendAsync(HttpMethod.Put, $"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK);
        using var broken = new ByteArrayContent("{\"emails\": ["u8.ToArray());
        Assert.Equal(
            "invalid_json",
            (await service.Api.SendAsync(HttpMethod.Put, $"client/{_client}/email-config", broken)).Expect(HttpStatusCode.BadRequest).Code);
    }

    [Theory]
    [InlineData("{\"emails\": [}", "line 1, column 13")]
    [InlineData("{\n  \"emails\": [\n    {\"subject\": \"Grüße\" \"to\": []}\n]}", "line 3, column 25")]
    [InlineData("  ", "is empty")]
    public async Task A_body_that_is_no_JSON_is_told_where_in_plain_words(string body, string where)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var refused = (await service.Api.SendAsync(HttpMethod.Put, $"client/{_client}/email-config", content))
            .Expect(HttpStatusCode.BadRequest);
        Assert.Equal("invalid_json", refused.Code);
        Assert.Contains(where, (string)refused.Json["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_only_database_answers_503_to_writes_and_200_to_reads_and_is_whole_again_by_itself()
    {
        var key = (string)(await service.Api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
        using var client = new Api(service.Config.Address, key);
        await SetReadOnlyAsync("on");
        // Sessions that are open already keep what they have; the pool's are ended.
        var refused = await Deadline.UntilAsync(
            () => client.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))),
            answer => answer.Status != HttpStatusCode.Created);
        Assert.Equal("database_unavailable", refused.Expect(HttpStatusCode.ServiceUnavailable).Code);
        Assert.NotNull(refused.Headers.RetryAfter);
        (await client.GetAsync($"client/{_client}/scheduled-emails")).Expect(HttpStatusCode.OK);
        using (var ready = await SendAsync(HttpMethod.Get, "/health/ready", null))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        await SetReadOnlyAsync("off");
        await Deadline.UntilAsync(
            () => client.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))),
            answer => answer.Status == HttpStatusCode.Created);
        await service.Config.WaitAsync("/health/ready");
    }

    [Fact]
    public async Task Without_a_METRICS_KEY_anyone_may_read_the_metrics()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/metrics", origin: null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task SetReadOnlyAsync(string value)
    {
        await using var connection = new Npgsql.NpgsqlConnection(service.Postgres);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"""
            do $$ begin execute format('alter database %I set default_transaction_read_only = {value}', current_database()); end $$
            """,
            connection);
        await using (var writable = new Npgsql.NpgsqlCommand(
            "set transaction_read_only = off; set default_transaction_read_only = off", connection))
        {
            await writable.ExecuteNonQueryAsync();
        }

        await command.ExecuteNonQueryAsync();
        // Once that is committed: who came back in between would not know of it.
        await using var terminate = new Npgsql.NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
            connection);
        await terminate.ExecuteNonQueryAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(service.Config.Address, path));
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    /// <summary>A ConfigService of the class.</summary>
    public sealed class Service(TestServers servers) : IAsyncLifetime
    {
        public string Postgres { get; private set; } = "";

        public ServiceProcess Config { get; private set; } = null!;

        public Api Api { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Postgres = await servers.NewDatabaseAsync();
            Config = ServiceProcess.On(Postgres, await servers.NewVirtualHostAsync(), "ConfigService", new(StringComparer.Ordinal)
            {
                // As platforms store it: with a line break that nobody sees.
                ["API_KEY"] = $" {MailSystem.OperatorKey}\n",
                ["API_ALLOWED_ORIGINS"] = $"{Allowed}, http://localhost:5173/",
            });
            await Config.StartAsync();
            Api = new(Config.Address, MailSystem.OperatorKey);
        }

        public async ValueTask DisposeAsync()
        {
            Api?.Dispose();
            if (Config is not null)
                await Config.DisposeAsync();
        }
    }
}
