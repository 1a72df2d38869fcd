using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Keys, and what each may do; the status that needs none.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class AccessApiTests(SharedSystem system)
{
    private readonly Api _operator = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task A_client_key_is_shown_once_works_for_its_client_and_stops_at_once_when_revoked()
    {
        var made = (await _operator.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" }))
            .Expect(HttpStatusCode.Created).Json;
        var secret = (string)made["key"]!;
        Assert.StartsWith("mail_", secret, StringComparison.Ordinal);
        using var client = system.Mail.ApiOf(1, secret);
        var saved = (await client.PutAsync($"client/{_client}/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1))))))
            .Expect(HttpStatusCode.OK).Json;
        (await client.GetAsync($"scheduled-emails/{(string)saved["emails"]![0]!["id"]!}")).Expect(HttpStatusCode.OK);
        Assert.Equal("shop", (string)(await client.GetAsync($"client/{_client}/email-config/revisions")).Json["items"]![0]!["saved_by"]!);

        var listed = (await _operator.GetAsync($"client/{_client}/api-keys")).Expect(HttpStatusCode.OK).Json["items"]![0]!.AsObject();
        Assert.Equal(["id", "name", "created_at", "last_used_at"], listed.Select(field => field.Key));
        Assert.NotNull(listed["last_used_at"]);

        (await _operator.DeleteAsync($"client/{_client}/api-keys/{(string)made["id"]!}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("unauthorized", (await client.GetAsync($"client/{_client}/email-config")).Expect(HttpStatusCode.Unauthorized).Code);
    }

    [Fact]
    public async Task A_client_key_reaches_nothing_of_another_client_and_nothing_of_the_operator()
    {
        var secret = (string)(await _operator.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "k" })).Json["key"]!;
        using var client = system.Mail.ApiOf(0, secret);
        var other = SharedSystemTests.NewClient();
        var theirs = (string)(await _operator.PutAsync(
            $"client/{other}/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1)))))).Json["emails"]![0]!["id"]!;
        Assert.Equal("forbidden", (await client.GetAsync($"client/{other}/email-config")).Expect(HttpStatusCode.Forbidden).Code);
        Assert.Equal("email_not_found", (await client.GetAsync($"scheduled-emails/{theirs}")).Expect(HttpStatusCode.NotFound).Code);
        Assert.Equal("email_not_found", (await client.PostAsync($"scheduled-emails/{theirs}/cancel")).Expect(HttpStatusCode.NotFound).Code);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, $"client/{_client}/api-keys"), (HttpMethod.Get, "test-email/config"), (HttpMethod.Get, "holds"),
            (HttpMethod.Post, "scheduled-emails/process"), (HttpMethod.Post, "hold"), (HttpMethod.Post, "release"),
            (HttpMethod.Post, $"client/{_client}/hold"),
        })
        {
            Assert.Equal("forbidden", (await client.SendAsync(method, path)).Expect(HttpStatusCode.Forbidden).Code);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("mail_wrong")]
    public async Task Without_a_key_or_with_a_wrong_one_nothing_is_reached(string? key)
    {
        using var stranger = new Api(system.Mail.ConfigServices[1].Address, key);
        foreach (var path in new[] { $"client/{_client}/email-config", $"scheduled-emails/{Guid.Empty}", "holds" })
        {
            var refused = (await stranger.GetAsync(path)).Expect(HttpStatusCode.Unauthorized);
            Assert.Equal("unauthorized", refused.Code);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }

        // Routing does not care for case, and neither may the lock.
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync($"/API/V1/client/{_client}/email-config")).Status);
    }

    [Fact]
    public async Task The_key_may_come_as_X_API_Key()
    {
        using var caller = new Api(system.Mail.ConfigServices[0].Address, key: null);
        Assert.Equal(
            HttpStatusCode.OK,
            (await caller.SendAsync(HttpMethod.Get, "holds", content: null, ("X-API-Key", MailSystem.OperatorKey))).Status);
    }

    [Fact]
    public async Task The_status_needs_no_key_and_tells_the_senders_truth()
    {
        using var anyone = new Api(system.Mail.ConfigServices[0].Address, key: null);
        Assert.Equal("""{"configured":true,"missing":[]}""", (await anyone.GetAsync("email-status")).Expect(HttpStatusCode.OK).Text);
        var config = (await _operator.GetAsync("test-email/config")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(["sender-1", "sender-2"], config["senders"]!.AsArray().Select(sender => (string)sender!["instance"]!));
        Assert.Equal(("127.0.0.1", "none"), ((string)config["effective"]!["host"]!, (string)config["effective"]!["security"]!));
        Assert.Equal((true, false), ((bool)config["variables"]!["SMTP_HOST"]!, (bool)config["variables"]!["SMTP_PASSWORD"]!));
    }

    [Fact]
    public async Task A_test_email_goes_the_way_of_scheduled_ones_and_waits_for_its_outcome()
    {
        var sent = (await _operator.PostAsync("test-email", new JsonObject { ["to"] = $"test@{_client}.example" }))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal("sent", (string)sent["status"]!);
        Assert.StartsWith("250", (string)sent["smtp_reply"]!, StringComparison.Ordinal);

        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "451 4.7.1 not now");
        var failed = await _operator.PostAsync("test-email", new JsonObject { ["to"] = $"nobody@{_client}.example" });
        Assert.Equal(
            ("smtp_failed", "451 4.7.1 not now"), (failed.Expect(HttpStatusCode.BadGateway).Code, (string)failed.Json["smtp_reply"]!));
    }

    [Fact]
    public async Task Every_answer_carries_a_request_id_the_callers_own_where_it_is_sane()
    {
        Assert.Equal(
            "my-id.1",
            (await _operator.SendAsync(HttpMethod.Get, "email-status", content: null, ("X-Request-Id", "my-id.1"))).Headers
                .GetValues("X-Request-Id").Single());
        Assert.NotEqual(
            "not sane",
            (await _operator.SendAsync(HttpMethod.Get, "nowhere", content: null, ("X-Request-Id", "not sane"))).Headers
                .GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task What_is_not_there_answers_404_as_a_problem()
    {
        foreach (var path in new[] { "nowhere", "scheduled-emails/1", $"scheduled-emails/{Guid.CreateVersion7()}" })
        {
            var missing = (await _operator.GetAsync(path)).Expect(HttpStatusCode.NotFound);
            Assert.Equal("application/problem+json", missing.ContentType);
        }

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _operator.DeleteAsync("holds")).Status);
    }
}
