using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>Webhooks from the first to the last, on a system with two of each service.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class WebhookApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task Every_delivery_is_what_the_feed_says_and_verifies_with_libraries_that_nobody_here_wrote()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var made = await CreateAsync(_client, receiver);
        await using var failures = await WebhookReceiver.StartAsync();
        await CreateAsync(_client, failures, "email.cancelled");
        var sent = await ScheduleAsync(_client, Api.In(TimeSpan.Zero));
        await _api.EmailAsync(sent, "sent");
        var cancelled = await ScheduleAsync(_client, Api.In(TimeSpan.FromHours(1)));
        (await _api.PostAsync($"scheduled-emails/{cancelled}/cancel")).Expect(HttpStatusCode.OK);
        await ScheduleAsync(SharedSystemTests.NewClient(), Api.In(TimeSpan.FromHours(1)));

        var received = await receiver.UntilAsync(all => all.Count >= 4);
        Assert.Equal(
            ["email.cancelled", "email.scheduled", "email.scheduled", "email.sent"],
            received.Select(each => each.Type).Order(StringComparer.Ordinal));
        var events = (await _api.GetAsync($"client/{_client}/events")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray();
        foreach (var each in received)
        {
            var of = Assert.Single(events, item => (string)item!["id"]! == each.Id)!;
            foreach (var field in new[] { "type", "timestamp", "data" })
                Assert.True(JsonNode.DeepEquals(of[field], each.Json[field]), field);
        }

        Assert.Equal(["email.cancelled"], (await failures.UntilAsync(all => all.Count > 0)).Select(each => each.Type));
        var secret = (string)made["secret"]!;
        Assert.All(
            received,
            each => Assert.True(
                ForeignVerifier.Verify("standardwebhooks", secret, each) && ForeignVerifier.Verify("svix", secret, each)));
        Assert.False(ForeignVerifier.Verify("standardwebhooks", secret, received[0] with { Body = received[0].Body + " " }));

        // Rotated, both verify.
        var path = $"client/{_client}/webhooks/{(string)made["id"]!}";
        var rotated = (string)(await _api.PostAsync($"{path}/rotate-secret", new JsonObject { ["overlap_seconds"] = 60 }))
            .Expect(HttpStatusCode.OK).Json["secret"]!;
        var test = (await _api.PostAsync($"{path}/test")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("succeeded", 200, 1), ((string)test["state"]!, (int)test["last_status"]!, (int)test["attempts"]!));
        var last = receiver.All.Single(each => each.Type == "webhook.test");
        Assert.True(ForeignVerifier.Verify("standardwebhooks", secret, last) && ForeignVerifier.Verify("svix", rotated, last));

        // Shown once, and nowhere else.
        Assert.DoesNotContain("whsec_", (await _api.GetAsync(path)).Expect(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        Assert.Equal("enabled", (string)(await _api.GetAsync(path)).Json["state"]!);
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_the_same_id_and_bytes_and_can_be_replayed()
    {
        var failed = 0;
        await using var receiver = await WebhookReceiver.StartAsync(_ => Interlocked.Increment(ref failed) <= 1 ? 500 : 204);
        var made = await CreateAsync(_client, receiver);
        var path = $"client/{_client}/webhooks/{(string)made["id"]!}";
        var before = (string)(await _api.GetAsync($"client/{_client}/events")).Json["next_cursor"]!;
        await ScheduleAsync(_client, Api.In(TimeSpan.FromHours(1)));
        var pending = await DeliveryAsync(path, "pending");
        Assert.Equal((1, 500), ((int)pending["attempts"]!, (int)pending["last_status"]!));
        var received = await receiver.UntilAsync(all => all.Count == 2);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
        Assert.InRange((received[1].At - received[0].At).TotalSeconds, 4, 30);
        var delivery = await DeliveryAsync(path, "succeeded");
        Assert.Equal((received[0].Id, 2, 204), ((string)delivery["event_id"]!, (int)delivery["attempts"]!, (int)delivery["last_status"]!));

        (await _api.PostAsync($"{path}/replay", new JsonObject { ["event_ids"] = new JsonArray(received[0].Id) }))
            .Expect(HttpStatusCode.OK);
        await receiver.UntilAsync(all => all.Count == 3);
        (await _api.PostAsync($"{path}/replay", new JsonObject { ["after"] = before })).Expect(HttpStatusCode.OK);
        received = await receiver.UntilAsync(all => all.Count == 4);
        Assert.All(received, each => Assert.Equal((received[0].Id, received[0].Body), (each.Id, each.Body)));
        (await _api.PostAsync($"{path}/replay", new JsonObject { ["event_ids"] = new JsonArray(Guid.CreateVersion7().ToString()) }))
            .Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Gone_disables_and_enabled_again_it_goes_on_where_it_stopped()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_ => 410);
        var path = $"client/{_client}/webhooks/{(string)(await CreateAsync(_client, receiver))["id"]!}";
        await ScheduleAsync(_client, Api.In(TimeSpan.FromHours(1)));
        var gone = (await receiver.UntilAsync(all => all.Count > 0))[0];
        var disabled = (await Deadline.UntilAsync(() => _api.GetAsync(path), answer => (string)answer.Json["state"]! == "disabled")).Json;
        Assert.Equal("gone", (string)disabled["disabled_reason"]!);
        await Deadline.UntilAsync(
            () => _api.GetAsync($"client/{_client}/events?type=webhook.disabled"), answer => answer.Json["items"]!.AsArray().Count == 1);
        await ScheduleAsync(_client, Api.In(TimeSpan.FromHours(2)));
        receiver.Answer = _ => 200;
        (await _api.PostAsync($"{path}/enable")).Expect(HttpStatusCode.OK);
        var received = await receiver.UntilAsync(all =>
            all.Count(each => each.Id == gone.Id) >= 2 && all.Any(each => each.Type == "email.scheduled" && each.Id != gone.Id));
        Assert.All(received.Where(each => each.Id == gone.Id), each => Assert.Equal(gone.Body, each.Body));
        await DeliveryAsync(path, "succeeded", gone.Id);
        Assert.Equal("enabled", (string)(await _api.GetAsync(path)).Json["state"]!);
    }

    private async Task<JsonNode> DeliveryAsync(string path, string state, string? eventId = null) => (await Deadline.UntilAsync(
        async () => (await _api.GetAsync($"{path}/deliveries?state={state}")).Json["items"]!.AsArray()
            .FirstOrDefault(each => eventId is null || (string)each!["event_id"]! == eventId),
        found => found is not null))!;

    private async Task<JsonNode> CreateAsync(string client, WebhookReceiver receiver, params string[] types) =>
        (await _api.PostAsync(
            $"client/{client}/webhooks",
            new JsonObject { ["url"] = receiver.Address.ToString(), ["types"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) }))
            .Expect(HttpStatusCode.Created).Json;

    private async Task<string> ScheduleAsync(string client, DateTimeOffset due) =>
        (string)(await _api.PostAsync($"client/{client}/scheduled-emails", Api.Item(null, due))).Expect(HttpStatusCode.Created).Json["id"]!;
}
