using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>The feed over the API.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class EventApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task Everything_that_happens_is_told_once_and_nothing_is_told_of_what_changes_nothing()
    {
        system.Mail.Smtp
            .ButFor("later@feed.example", "450 4.2.0 Come back later").Times(1).ButFor("nobody@feed.example", "550 5.1.1 No such user");
        var config = Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1))), Api.Item("b", Api.In(TimeSpan.Zero)));
        var saved = (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK).Json["emails"]!;
        (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK);
        await _api.EmailAsync((string)saved[1]!["id"]!, "sent");
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config())).Expect(HttpStatusCode.OK);
        await _api.EmailAsync(await ScheduleAsync("later@feed.example"), "sent");
        await _api.EmailAsync(await ScheduleAsync("nobody@feed.example"), "failed");
        var moved = await ScheduleAsync("ada@example.com", TimeSpan.FromHours(1));
        (await _api.PatchAsync($"scheduled-emails/{moved}", new JsonObject { ["scheduled_datetime"] = "2090-01-01T00:00:00+01:00" }))
            .Expect(HttpStatusCode.OK);
        (await _api.PostAsync($"scheduled-emails/{moved}/cancel")).Expect(HttpStatusCode.OK);
        (await _api.PostAsync($"scheduled-emails/{moved}/cancel")).Expect(HttpStatusCode.OK);
        foreach (var _ in new[] { 1, 2 })
            (await _api.PostAsync($"client/{_client}/hold", new JsonObject { ["reason"] = "a moment" })).Expect(HttpStatusCode.OK);
        foreach (var _ in new[] { 1, 2 })
            (await _api.PostAsync($"client/{_client}/release")).Expect(HttpStatusCode.OK);
        foreach (var _ in new[] { 1, 2 })
        {
            (await _api.PutAsync($"client/{_client}/templates/welcome", new JsonObject { ["subject"] = "Hello", ["text"] = "Hello" }))
                .Expect(HttpStatusCode.OK);
        }

        var events = await UntilAsync($"client/{_client}/events", 17);
        Assert.Equal(
            [
                "email.scheduled a", "email.scheduled b", "config.saved", "email.sent b", "email.cancelled a removed", "config.saved",
                "email.scheduled", "email.attempt_failed", "email.sent", "email.scheduled", "email.failed", "email.scheduled",
                "email.moved", "email.cancelled cancelled", "hold.started a moment", "hold.ended a moment", "template.saved",
            ],
            events.Select(each => string.Join(
                ' ', new[] { (string?)each["type"], (string?)each["data"]!["key"], Why(each) }.Where(word => word is not null))));
        Assert.All(events, each => Assert.Equal(_client, (string)each["client_id"]!));
        Assert.Equal("2089-12-31T23:00:00.000Z", (string)events[12]["data"]!["scheduled_datetime"]!);
        Assert.Equal(["pending", "sent"], events.Skip(7).Take(2).Select(each => (string)each["data"]!["status"]!));
        Assert.Equal(2, (int)events[5]["data"]!["revision"]!);
        // Neither bodies nor addresses.
        Assert.DoesNotContain("example.com", string.Concat(events.Select(each => each.ToJsonString())), StringComparison.Ordinal);
        Assert.Contains(
            "sender.ready", (await _api.GetAsync("events?limit=500")).Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);

        // An erased client has none.
        (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.OK);
        Assert.Empty((await _api.GetAsync($"client/{_client}/events")).Json["items"]!.AsArray());
        Assert.DoesNotContain(await AllAsync("events", 500), each => (string?)each["client_id"] == _client);

        // A reason of a failure is the row of the table of verdicts, whatever that is called.
        static string? Why(JsonNode each) =>
            (string)each["type"]! is "email.failed" or "email.attempt_failed" ? null : (string?)each["data"]!["reason"];
    }

    [Fact]
    public async Task A_request_that_waits_is_answered_when_there_is_something_and_at_its_time_where_there_is_nothing()
    {
        var cursor = (string)(await _api.GetAsync($"client/{_client}/events")).Expect(HttpStatusCode.OK).Json["next_cursor"]!;
        var waiting = _api.GetAsync($"client/{_client}/events?wait=30&after={cursor}");
        await ScheduleAsync("ada@example.com", TimeSpan.FromHours(1));
        var answer = (await waiting.WaitAsync(TimeSpan.FromSeconds(25))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("email.scheduled", (string)Assert.Single(answer["items"]!.AsArray())!["type"]!);
        Assert.False((bool)answer["has_more"]!);

        var started = TimeProvider.System.GetTimestamp();
        answer = (await _api.GetAsync($"client/{_client}/events?wait=1&after={(string)answer["next_cursor"]!}"))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Empty(answer["items"]!.AsArray());
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("type=email.eaten", "invalid_query")]
    [InlineData("limit=501", "invalid_query")]
    [InlineData("wait=31", "invalid_query")]
    [InlineData("after=abc", "invalid_query")]
    [InlineData("cursor=abc", "unknown_parameter")]
    public async Task What_is_wrong_with_a_request_is_said(string query, string code) => Assert.Equal(
        code, (await _api.GetAsync($"client/{_client}/events?{query}")).Expect(HttpStatusCode.UnprocessableEntity).Code);

    [Fact]
    public async Task A_clients_key_reads_its_own_feed_and_no_other()
    {
        var key = (string)(await _api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
        using var client = system.Mail.ApiOf(0, key);
        (await client.GetAsync($"client/{_client}/events")).Expect(HttpStatusCode.OK);
        (await client.GetAsync("client/other/events")).Expect(HttpStatusCode.Forbidden);
        (await client.GetAsync("events")).Expect(HttpStatusCode.Forbidden);
    }

    private Task<List<JsonNode>> UntilAsync(string path, int count) =>
        Deadline.UntilAsync(() => AllAsync(path, 5), all => all.Count >= count);

    private async Task<List<JsonNode>> AllAsync(string path, int limit)
    {
        var all = new List<JsonNode>();
        var page = (await _api.GetAsync($"{path}?limit={limit}")).Expect(HttpStatusCode.OK).Json;
        all.AddRange(page["items"]!.AsArray()!);
        while ((bool)page["has_more"]!)
        {
            page = (await _api.GetAsync($"{path}?limit={limit}&after={(string)page["next_cursor"]!}")).Expect(HttpStatusCode.OK).Json;
            all.AddRange(page["items"]!.AsArray()!);
        }

        return all;
    }

    private async Task<string> ScheduleAsync(string to, TimeSpan? due = null) =>
        (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(due ?? TimeSpan.Zero), to)))
            .Expect(HttpStatusCode.Created).Json["id"]!;
}
