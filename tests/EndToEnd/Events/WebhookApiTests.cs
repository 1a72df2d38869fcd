using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Npgsql;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>Webhooks from the first to the last, on a system with two of each service.</summary>
public sealed class WebhookApiTests(TestServers servers) : IAsyncLifetime
{
    private MailSystem _system = null!;
    private Api _api = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await MailSystem.StartAsync(servers, ofEach: 2, environmentOf: WebhookKeys.Of);
        _api = _system.Api;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Every_delivery_is_what_the_feed_says_and_verifies_with_libraries_that_nobody_here_wrote()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var made = await CreateAsync("acme", receiver);
        await using var failures = await WebhookReceiver.StartAsync();
        await CreateAsync("acme", failures, "email.cancelled");
        var sent = await ScheduleAsync("acme", Api.In(TimeSpan.Zero));
        await _api.EmailAsync(sent, "sent");
        var cancelled = await ScheduleAsync("acme", Api.In(TimeSpan.FromHours(1)));
        (await _api.PostAsync($"scheduled-emails/{cancelled}/cancel")).Expect(HttpStatusCode.OK);
        await ScheduleAsync("other", Api.In(TimeSpan.FromHours(1)));

        var received = await receiver.UntilAsync(all => all.Count >= 4);
        Assert.Equal(
            ["email.cancelled", "email.scheduled", "email.scheduled", "email.sent"],
            received.Select(each => each.Type).Order(StringComparer.Ordinal));
        var events = (await _api.GetAsync("client/acme/events")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray();
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
        var path = $"client/acme/webhooks/{(string)made["id"]!}";
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
        var made = await CreateAsync("acme", receiver);
        var path = $"client/acme/webhooks/{(string)made["id"]!}";
        var before = (string)(await _api.GetAsync("client/acme/events")).Json["next_cursor"]!;
        await ScheduleAsync("acme", Api.In(TimeSpan.FromHours(1)));
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
        var path = $"client/acme/webhooks/{(string)(await CreateAsync("acme", receiver))["id"]!}";
        await ScheduleAsync("acme", Api.In(TimeSpan.FromHours(1)));
        var disabled = (await Deadline.UntilAsync(() => _api.GetAsync(path), answer => (string)answer.Json["state"]! == "disabled")).Json;
        Assert.Equal("gone", (string)disabled["disabled_reason"]!);
        await Deadline.UntilAsync(
            () => _api.GetAsync("client/acme/events?type=webhook.disabled"), answer => answer.Json["items"]!.AsArray().Count == 1);
        await ScheduleAsync("acme", Api.In(TimeSpan.FromHours(2)));
        receiver.Answer = _ => 200;
        (await _api.PostAsync($"{path}/enable")).Expect(HttpStatusCode.OK);
        await receiver.UntilAsync(all => all.Count(each => each.Type == "email.scheduled") == 2);
        Assert.Equal("enabled", (string)(await _api.GetAsync(path)).Json["state"]!);
    }

    [Fact]
    [Long]
    public async Task A_killed_sender_delivers_what_it_had_in_hand_again_under_the_same_id()
    {
        using var answered = new ManualResetEventSlim();
        await using var receiver = await WithOneInHandAsync(answered);
        _system.Senders[0].Kill();
        answered.Set();
        await _system.Senders[0].DisposeAsync();
        await _system.Senders[0].StartAsync();
        var received = await receiver.UntilAsync(all => all.Count == 2, Deadline.Sweep);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
    }

    [Fact]
    public async Task A_sender_that_is_killed_between_an_answer_and_its_commit_leaves_the_event_to_be_told_again()
    {
        using var answered = new ManualResetEventSlim();
        await using var receiver = await WithOneInHandAsync(answered);

        await using var dataSource = NpgsqlDataSource.Create(_system.Postgres);
        await using var connection = await dataSource.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The answer can come, and what it came to can't be stored.
            await ExecuteAsync("select from mail.webhook for update");
            answered.Set();
            await using var another = dataSource.CreateCommand("""
                select exists (select from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%update mail.webhook w%')
                """);
            await Deadline.UntilAsync(async () => (bool)(await another.ExecuteScalarAsync())!, waits => waits);
            _system.Senders[0].Kill();
            await _system.Senders[0].DisposeAsync();
            await transaction.RollbackAsync();
        }

        // A minute later.
        await ExecuteAsync("update mail.webhook set leased_until = now()");
        await _system.Senders[0].StartAsync();
        var received = await receiver.UntilAsync(all => all.Count == 2);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
        await Deadline.UntilAsync(
            () => _api.GetAsync("client/acme/webhooks"), answer => answer.Json["items"]![0]!["last_success_at"] is not null);
        Assert.Equal(2, receiver.All.Count);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    // The only sender has an event at the endpoint, which answers once it may.
    private async Task<WebhookReceiver> WithOneInHandAsync(ManualResetEventSlim answered)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = await WebhookReceiver.StartAsync(_ =>
        {
            arrived.TrySetResult();
            answered.Wait(Deadline.Soon);
            return 200;
        });
        await _system.Senders[1].StopAsync();
        await CreateAsync("acme", receiver);
        await ScheduleAsync("acme", Api.In(TimeSpan.FromHours(1)));
        await arrived.Task.WaitAsync(Deadline.Soon);
        return receiver;
    }

    [Fact]
    public async Task What_leads_inside_is_refused_at_the_save_and_ten_are_the_most()
    {
        foreach (var url in new[]
        {
            "https://127.0.0.2/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "http://1.1.1.1/",
            "https://[::ffff:10.0.0.1]/", "https://2130706434/",
        })
        {
            var refused = (await _api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = url }))
                .Expect(HttpStatusCode.UnprocessableEntity);
            Assert.Equal("egress_forbidden", refused.Code);
        }

        foreach (var url in new[] { "ftp://example.com/", "/events", "https://user:password@example.com/", "https://example.com/#a" })
            (await _api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = url })).Expect(HttpStatusCode.UnprocessableEntity);
        (await _api.PostAsync(
            "client/acme/webhooks", new JsonObject { ["url"] = "https://1.1.1.1/", ["types"] = new JsonArray("sender.blocked") }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        for (var count = 0; count < 10; count++)
            (await _api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = "https://1.1.1.1/" })).Expect(HttpStatusCode.Created);
        Assert.Equal(
            "too_many_webhooks",
            (await _api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = "https://1.1.1.1/" }))
                .Expect(HttpStatusCode.UnprocessableEntity).Code);
        var id = (string)(await _api.GetAsync("client/acme/webhooks")).Json["items"]![0]!["id"]!;
        Assert.Equal(
            "failures",
            (string)(await _api.PatchAsync($"client/acme/webhooks/{id}", new JsonObject { ["description"] = "failures" }))
                .Expect(HttpStatusCode.OK).Json["description"]!);
        (await _api.GetAsync($"client/other/webhooks/{id}")).Expect(HttpStatusCode.NotFound);
        (await _api.DeleteAsync($"client/acme/webhooks/{id}")).Expect(HttpStatusCode.NoContent);
        (await _api.DeleteAsync($"client/acme/webhooks/{id}")).Expect(HttpStatusCode.NotFound);
    }

    private async Task<JsonNode> DeliveryAsync(string path, string state) => (await Deadline.UntilAsync(
        () => _api.GetAsync($"{path}/deliveries?state={state}"), answer => answer.Json["items"]!.AsArray().Count > 0))
        .Json["items"]![0]!;

    private async Task<JsonNode> CreateAsync(string client, WebhookReceiver receiver, params string[] types) =>
        (await _api.PostAsync(
            $"client/{client}/webhooks",
            new JsonObject { ["url"] = receiver.Address.ToString(), ["types"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) }))
            .Expect(HttpStatusCode.Created).Json;

    private async Task<string> ScheduleAsync(string client, DateTimeOffset due) =>
        (string)(await _api.PostAsync($"client/{client}/scheduled-emails", Api.Item(null, due))).Expect(HttpStatusCode.Created).Json["id"]!;
}
