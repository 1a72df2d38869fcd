using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>One action for many e-mails over HTTP, and dismissing.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class BulkApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/scheduled-emails";

    [Fact]
    public async Task What_is_cancelled_by_a_filter_is_never_sent_and_the_rest_is()
    {
        var cancelled = await CreateAsync(5, subject: "Spring sale", due: TimeSpan.FromSeconds(10));
        var others = await CreateAsync(2, subject: "Receipt", due: TimeSpan.FromSeconds(10));
        var change = Filtered("cancel", new() { ["status"] = new JsonArray("pending"), ["subject"] = "SPRING" });
        var dry = (await _api.PostAsync($"{Path}/bulk?dry_run=true", change)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((true, 5, 5), ((bool)dry["dry_run"]!, (int)dry["matched"]!, (int)dry["done"]!));
        var done = (await _api.PostAsync($"{Path}/bulk", change)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((false, 5, 5), ((bool)done["dry_run"]!, (int)done["matched"]!, (int)done["done"]!));
        Assert.Equal(cancelled.Order(), Results(done).Select(each => each.Id).Order());

        foreach (var id in others)
            await _api.EmailAsync(id, "sent");
        Assert.All(await _api.ListAsync($"{Path}?status=cancelled"), email => Assert.Contains((string)email["id"]!, cancelled));
        Assert.DoesNotContain(
            system.Mail.Smtp.Received, received => cancelled.Exists(id => received.MessageId.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Emails_are_moved_by_hours_and_sent_now_and_go_out_once()
    {
        var ids = await CreateAsync(20, due: TimeSpan.FromHours(1));
        var before = (string)(await _api.GetAsync($"scheduled-emails/{ids[0]}")).Json["scheduled_datetime"]!;
        (await _api.PostAsync($"{Path}/bulk", Change("move", ids, ("by_seconds", 7200)))).Expect(HttpStatusCode.OK);
        Assert.Equal(
            DateTimeOffset.Parse(before, System.Globalization.CultureInfo.InvariantCulture).AddHours(2),
            DateTimeOffset.Parse(
                (string)(await _api.GetAsync($"scheduled-emails/{ids[0]}")).Json["scheduled_datetime"]!,
                System.Globalization.CultureInfo.InvariantCulture));
        (await _api.PostAsync("scheduled-emails/bulk", Change("send_now", ids))).Expect(HttpStatusCode.OK);
        foreach (var id in ids)
            await _api.EmailAsync(id, "sent");
        var late = (await _api.PostAsync($"{Path}/bulk", Change("cancel", ids))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(0, (int)late["done"]!);
        Assert.All(Results(late), each => Assert.Equal("too_late", each.Result));
        Assert.All(ids, id => Assert.Single(
            system.Mail.Smtp.Received, received => received.MessageId.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_request_that_is_repeated_with_its_key_is_answered_as_the_first_time()
    {
        var ids = await FailedAsync(3);
        var key = ("Idempotency-Key", $"again {_client}");
        // Looking is not remembered.
        (await _api.PostAsync($"{Path}/bulk?dry_run=true", Change("resend", ids), key)).Expect(HttpStatusCode.OK);
        var first = (await _api.PostAsync($"{Path}/bulk", Change("resend", ids), key)).Expect(HttpStatusCode.OK);
        Assert.Equal(3, (int)first.Json["done"]!);
        var again = (await _api.PostAsync($"{Path}/bulk", Change("resend", ids), key)).Expect(HttpStatusCode.OK);
        Assert.Equal((first.Text, "true"), (again.Text, again.Headers.GetValues("Idempotency-Replayed").Single()));
        var againIds = Results(first.Json).Select(each => each.EmailId!).ToList();
        var without = (await _api.PostAsync($"{Path}/bulk", Change("resend", ids))).Expect(HttpStatusCode.OK).Json;
        Assert.All(Results(without), each => Assert.Equal("already_resent", each.Result));
        Assert.Equal(againIds, Results(without).Select(each => each.EmailId!));
        foreach (var id in againIds)
            await _api.EmailAsync(id, "failed");
        // The operator's own keys are apart from the client's.
        (await _api.PostAsync("scheduled-emails/bulk", Change("dismiss", againIds), key)).Expect(HttpStatusCode.OK);
        Assert.Equal(
            "idempotency_key_reused",
            (await _api.PostAsync($"{Path}/bulk", Change("dismiss", ids), key)).Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Fact]
    public async Task What_failed_asks_for_a_decision_until_it_is_dismissed()
    {
        var ids = await FailedAsync(2);
        var dismissed = (await _api.PostAsync($"scheduled-emails/{ids[0]}/dismiss")).Expect(HttpStatusCode.OK).Json["dismissed"]!;
        Assert.Equal("operator", (string)dismissed["by"]!);
        var again = (await _api.PostAsync($"scheduled-emails/{ids[0]}/dismiss")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(dismissed.ToJsonString(), again["dismissed"]!.ToJsonString());
        Assert.Equal(1, again["timeline"]!.AsArray().Count(line => (string)line!["event"]! == "dismissed"));
        Assert.Equal([ids[0]], (await _api.ListAsync($"{Path}?dismissed=true")).Select(email => (string)email["id"]!));
        Assert.Equal([ids[1]], (await _api.ListAsync($"{Path}?dismissed=false")).Select(email => (string)email["id"]!));
        (await _api.GetAsync($"{Path}?dismissed=maybe")).Expect(HttpStatusCode.UnprocessableEntity);

        var pending = (await CreateAsync(1))[0];
        var refused = (await _api.PostAsync($"scheduled-emails/{pending}/dismiss")).Expect(HttpStatusCode.Conflict);
        Assert.Equal(("not_final", "pending"), (refused.Code, (string)refused.Json["current_status"]!));
        // A dismissed one can be resent all the same, also to somebody else.
        var resent = (await _api.PostAsync(
            $"scheduled-emails/{ids[0]}/resend", new JsonObject { ["to"] = new JsonArray($"Grace <grace@{_client}.example>") }))
            .Expect(HttpStatusCode.Created).Json;
        Assert.Equal((1, 0), (resent["to"]!.AsArray().Count, resent["cc"]!.AsArray().Count));
        var sent = await _api.EmailAsync((string)resent["id"]!, "sent");
        Assert.Equal($"Grace <grace@{_client}.example>", (string)sent["to"]![0]!);
        Assert.Contains(
            system.Mail.Smtp.Received,
            received => received.MessageId.Contains((string)resent["id"]!, StringComparison.Ordinal)
                && received.To.SequenceEqual([$"grace@{_client}.example"]));
        foreach (var to in new JsonNode[] { new JsonArray(), new JsonArray("no address"), "ada@example.com" })
        {
            (await _api.PostAsync($"scheduled-emails/{ids[1]}/resend", new JsonObject { ["to"] = to.DeepClone() }))
                .Expect(HttpStatusCode.UnprocessableEntity);
        }
    }

    [Fact]
    public async Task A_client_changes_its_own_and_no_others()
    {
        var other = SharedSystemTests.NewClient();
        var (mine, theirs) = ((await CreateAsync(1))[0], (await CreateAsync(1, client: other))[0]);
        var key = (string)(await _api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" })).Json["key"]!;
        using var client = new Api(system.Mail.ConfigServices[0].Address, key);
        (await client.PostAsync("scheduled-emails/bulk", Change("cancel", [mine]))).Expect(HttpStatusCode.Forbidden);
        (await client.PostAsync($"client/{other}/scheduled-emails/bulk", Change("cancel", [theirs]))).Expect(HttpStatusCode.Forbidden);
        var answer = (await client.PostAsync($"{Path}/bulk", Change("cancel", [mine, theirs]))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal([(mine, "done"), (theirs, "email_not_found")], Results(answer).Select(each => (each.Id, each.Result)));
        Assert.Equal("pending", (string)(await _api.GetAsync($"scheduled-emails/{theirs}")).Json["status"]!);
        var foreign = await client.PostAsync($"{Path}/bulk", Filtered("cancel", new() { ["client_id"] = other }));
        Assert.Equal("conflicting_fields", foreign.Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"action":"","filter":{"key":"a"}}""", "/action")]
    [InlineData("""{"action":"burn","ids":["019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"]}""", "/action")]
    [InlineData("""{"action":"cancel"}""", "")]
    [InlineData("""{"action":"cancel","ids":[]}""", "/ids")]
    [InlineData("""{"action":"cancel","ids":["4711"]}""", "/ids/0")]
    [InlineData("""{"action":"cancel","ids":["019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"],"filter":{"key":"a"}}""", "")]
    [InlineData("""{"action":"cancel","filter":{"subjct":"a"}}""", "/filter/subjct")]
    [InlineData("""{"action":"cancel","filter":{"subject":""}}""", "/filter/subject")]
    [InlineData("""{"action":"cancel","filter":{"status":[]}}""", "/filter/status")]
    [InlineData("""{"action":"cancel","filter":{"status":["burnt"]}}""", "/filter/status/0")]
    [InlineData("""{"action":"cancel","filter":{"due_from":"2026-12-01"}}""", "/filter/due_from")]
    [InlineData("""{"action":"cancel","filter":{"key":"a"},"by_seconds":5}""", "")]
    [InlineData("""{"action":"move","filter":{"key":"a"}}""", "")]
    [InlineData("""{"action":"move","filter":{"key":"a"},"by_seconds":0}""", "/by_seconds")]
    [InlineData("""{"action":"move","filter":{"key":"a"},"by_seconds":1e30}""", "/by_seconds")]
    [InlineData("""{"action":"move","filter":{"key":"a"},"by_seconds":5,"scheduled_datetime":"2030-01-01T00:00:00Z"}""", "")]
    [InlineData("""{"action":"move","filter":{"key":"a"},"scheduled_datetime":"2001-01-01T00:00:00Z"}""", "/scheduled_datetime")]
    [InlineData("""{"action":"move","filter":{"key":"a"},"scheduled_datetime":"2999-01-01T00:00:00Z"}""", "/scheduled_datetime")]
    public async Task A_request_that_says_too_little_too_much_or_nonsense_changes_nothing(string body, string where)
    {
        var refused = (await _api.PostAsync($"{Path}/bulk", JsonNode.Parse(body))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains(where, refused.Json["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task A_filter_that_says_nothing_is_all_of_a_client_and_never_all_of_all_clients()
    {
        (await _api.PostAsync(
            $"{Path}/batch", Api.Config(Api.Item(null, Api.In(TimeSpan.FromHours(1))), Api.Item(null, Api.In(TimeSpan.FromHours(1))))))
            .Expect(HttpStatusCode.Created);
        var nothing = new JsonObject { ["action"] = "cancel", ["filter"] = new JsonObject() };
        var refused = (await _api.PostAsync("scheduled-emails/bulk", nothing.DeepClone())).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/filter", Assert.Single(refused.Json["errors"]!.AsObject()).Key);
        var ends = new JsonObject { ["action"] = "cancel", ["filter"] = new JsonObject { ["due_to"] = "9999-12-31T23:59:59Z" } };
        Assert.Equal(
            2, (int)(await _api.PostAsync($"{Path}/bulk?dry_run=True", ends)).Expect(HttpStatusCode.OK).Json["matched"]!);
        Assert.Equal(2, (int)(await _api.PostAsync($"{Path}/bulk", nothing)).Expect(HttpStatusCode.OK).Json["done"]!);
    }

    [Fact]
    public async Task More_than_ten_thousand_are_refused_with_their_number()
    {
        var ids = Enumerable.Range(0, 10_001).Select(_ => Guid.CreateVersion7().ToString()).ToList();
        var refused = (await _api.PostAsync($"{Path}/bulk", Change("cancel", ids))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("too_many_emails", 10_001), (refused.Code, (int)refused.Json["count"]!));
        Assert.NotNull(refused.Json["errors"]!["/ids"]);
        var answer = (await _api.PostAsync($"{Path}/bulk", Change("cancel", [.. ids.Skip(1)]))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((0, 10_000), ((int)answer["matched"]!, Results(answer).Count(each => each.Result == "email_not_found")));
        // One that is named twice counts once.
        answer = (await _api.PostAsync($"{Path}/bulk", Change("cancel", [ids[0], ids[0]]))).Expect(HttpStatusCode.OK).Json;
        Assert.Single(Results(answer));
    }

    private static JsonObject Filtered(string action, JsonObject filter) => new() { ["action"] = action, ["filter"] = filter };

    private static JsonObject Change(string action, IReadOnlyList<string> ids, params (string Name, JsonNode Value)[] fields)
    {
        var change = new JsonObject { ["action"] = action, ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) };
        foreach (var (name, value) in fields)
            change[name] = value;
        return change;
    }

    private static List<(string Id, string Result, string? EmailId)> Results(JsonNode answer) =>
        [.. answer["results"]!.AsArray().Select(each => ((string)each!["id"]!, (string)each["result"]!, (string?)each["email_id"]))];

    private async Task<List<string>> CreateAsync(
        int count, string subject = "Hello", TimeSpan? due = null, string? client = null, string to = "ada@example.com")
    {
        var items = Enumerable.Range(0, count).Select(_ => Api.Item(null, Api.In(due ?? TimeSpan.FromHours(1)), to, subject));
        var made = (await _api.PostAsync($"client/{client ?? _client}/scheduled-emails/batch", Api.Config(items)))
            .Expect(HttpStatusCode.Created).Json;
        return [.. made["items"]!.AsArray().Select(item => (string)item!["id"]!)];
    }

    private async Task<List<string>> FailedAsync(int count)
    {
        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "550 5.1.1 no such user");
        var ids = await CreateAsync(count, due: TimeSpan.Zero, to: $"nobody@{_client}.example");
        foreach (var id in ids)
            await _api.EmailAsync(id, "failed");
        return ids;
    }
}
