using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Local times and series over the API: what is refused, what a save does with occurrences, and what goes on by itself.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class SeriesApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Config => $"client/{_client}/email-config";

    private string Single => $"client/{_client}/scheduled-emails";

    private static string NextYear => (TimeProvider.System.GetUtcNow().Year + 1).ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_local_time_has_its_instant_and_can_be_sent_back()
    {
        var created = (await _api.PostAsync(
            Single, Email(("scheduled_local", $"{NextYear}-07-01T09:00:00"), ("time_zone", "Europe/Berlin"))))
            .Expect(HttpStatusCode.Created).Json;
        Assert.Equal($"{NextYear}-07-01T07:00:00.000Z", (string)created["scheduled_datetime"]!);
        Assert.Equal(
            ($"{NextYear}-07-01T09:00:00", "Europe/Berlin", "refuse", "first"),
            ((string)created["scheduled_local"]!, (string)created["time_zone"]!, (string)created["if_skipped"]!,
                (string)created["if_repeated"]!));

        var item = Email(("key", "a"), ("scheduled_local", $"{NextYear}-07-01T09:00:00"), ("time_zone", "Europe/Berlin"));
        (await _api.PutAsync(Config, Api.Config(item))).Expect(HttpStatusCode.OK);
        var read = (await _api.GetAsync(Config)).Json;
        var again = (await _api.PutAsync(Config, read)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((1, 1), ((int)again["revision"]!, (int)again["changes"]!["kept"]!));
        read["emails"]![0]!["scheduled_datetime"] = $"{NextYear}-07-01T08:00:00Z";
        Assert.Equal("conflicting_fields", (await _api.PutAsync(Config, read)).Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Fact]
    public async Task Series_and_single_items_keep_their_order()
    {
        string[] keys = ["weekly", "welcome", "daily", "bye"];
        var items = keys.Select(key => key.EndsWith("ly", StringComparison.Ordinal)
            ? Email(("key", key), ("recurrence", new JsonObject
            {
                ["rrule"] = "FREQ=WEEKLY", ["start_local"] = $"{NextYear}-07-01T09:00:00", ["time_zone"] = "Europe/Berlin",
            }))
            : Email(("key", key), ("scheduled_datetime", $"{NextYear}-07-01T09:00:00Z"))).ToArray();
        Assert.Equal(keys, KeysOf((await _api.PutAsync(Config, Api.Config(items))).Expect(HttpStatusCode.OK).Json));
        Assert.Equal(keys, KeysOf((await _api.GetAsync(Config)).Json));

        static IEnumerable<string> KeysOf(JsonNode config) => config["emails"]!.AsArray().Select(item => (string)item!["key"]!);
    }

    [Fact]
    public async Task What_only_a_series_has_is_refused_by_its_name_elsewhere() => Assert.Equal(
        "conflicting_fields",
        (await _api.PostAsync(Single, Email(("send_within_seconds", 60)))).Expect(HttpStatusCode.UnprocessableEntity).Code);

    [Fact]
    public async Task A_preview_of_what_is_too_far_ahead_is_refused() => Assert.Equal(
        "scheduled_too_far_ahead",
        (await _api.PostAsync("recurrence/preview", new JsonObject
        {
            ["recurrence"] = new JsonObject
            {
                ["rrule"] = "FREQ=DAILY", ["start_local"] = "2200-07-01T09:00:00", ["time_zone"] = "Europe/Berlin",
            },
        })).Expect(HttpStatusCode.UnprocessableEntity).Code);

    [Fact]
    public async Task Another_zone_at_the_same_instant_keeps_the_email_and_another_name_changes_nothing()
    {
        var first = await SaveAsync("Europe/Berlin");
        var second = await SaveAsync("Europe/Paris");
        Assert.Equal((2, (string)first["emails"]![0]!["id"]!), ((int)second["revision"]!, (string)second["emails"]![0]!["id"]!));
        Assert.Equal("Europe/Paris", (string)(await _api.GetAsync(Config)).Json["emails"]![0]!["time_zone"]!);
        var email = (await _api.GetAsync($"scheduled-emails/{(string)first["emails"]![0]!["id"]!}")).Json;
        Assert.Equal(("Europe/Paris", "time_zone"), ((string)email["time_zone"]!, (string)email["timeline"]![1]!["event"]!));

        Assert.Equal("superseded", (string)(await SaveAsync("Europe/Kiev"))["emails"]![0]!["action"]!);
        Assert.Equal(3, (int)(await SaveAsync("Europe/Kyiv"))["revision"]!);

        async Task<JsonNode> SaveAsync(string zone) => (await _api.PutAsync(
            Config, Api.Config(Email(("key", "a"), ("scheduled_local", $"{NextYear}-07-01T09:00:00"), ("time_zone", zone)))))
            .Expect(HttpStatusCode.OK).Json;
    }

    [Theory]
    [InlineData("unknown_time_zone", "scheduled_local=2027-03-28T09:00:00", "time_zone=Europe/Bonn")]
    [InlineData("unknown_time_zone", "scheduled_local=2027-03-28T09:00:00", "time_zone=UTC+01:00")]
    [InlineData("local_time_skipped", "scheduled_local=2027-03-28T02:30:00", "time_zone=Europe/Berlin")]
    [InlineData("invalid_body", "scheduled_local=2027-03-28T09:00:00Z", "time_zone=Europe/Berlin")]
    [InlineData("invalid_body", "scheduled_local=2027-03-28T09:00:00")]
    [InlineData("invalid_body", "scheduled_local=2027-03-28T09:00:00", "time_zone=Europe/Berlin", "if_skipped=skip")]
    [InlineData("conflicting_fields", "time_zone=Europe/Berlin")]
    [InlineData("scheduled_in_the_past", "scheduled_local=2020-03-28T09:00:00", "time_zone=Europe/Berlin")]
    [InlineData("scheduled_too_far_ahead", "scheduled_local=9999-12-31T23:59:59", "time_zone=America/New_York")]
    public async Task A_local_time_that_can_not_be_meant_is_refused(string code, params string[] fields)
    {
        var refused = (await _api.PostAsync(
            Single, Email([.. fields.Select(field => (field.Split('=')[0], (JsonNode?)field.Split('=')[1]))])))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(code, refused.Code);
        if (code == "local_time_skipped")
        {
            Assert.Contains("2027-03-28T01:30:00 and 2027-03-28T03:30:00", refused.Text, StringComparison.Ordinal);
            (await _api.PostAsync(
                Single, Email(("scheduled_local", "2027-03-28T02:30:00"), ("time_zone", "Europe/Berlin"), ("if_skipped", "after"))))
                .Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task A_move_takes_a_local_time_and_send_now_leaves_none()
    {
        var id = (string)(await _api.PostAsync(Single, Email(("scheduled_datetime", $"{NextYear}-07-01T09:00:00Z")))).Json["id"]!;
        var moved = (await _api.PatchAsync(
            $"scheduled-emails/{id}",
            JsonNode.Parse($$"""{"scheduled_local":"{{NextYear}}-08-01T09:00:00","time_zone":"America/New_York"}""")!))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            ($"{NextYear}-08-01T13:00:00.000Z", "America/New_York"),
            ((string)moved["scheduled_datetime"]!, (string)moved["time_zone"]!));
        var now = (await _api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.OK).Json;
        Assert.Null(now["time_zone"]);
    }

    [Fact]
    public async Task A_template_writes_its_dates_in_the_zone()
    {
        (await _api.PutAsync(
            $"client/{_client}/templates/welcome",
            JsonNode.Parse("""{"subject":"{{ d | date: '%H:%M' }}","text":"x","variables":{"d":{"type":"date"}}}""")!))
            .Expect(HttpStatusCode.OK);
        var email = new JsonObject
        {
            ["to"] = new JsonArray("ada@example.com"),
            ["template"] = JsonNode.Parse("""{"name":"welcome","data":{"d":"2026-12-01T08:00:00Z"}}"""),
            ["scheduled_local"] = $"{NextYear}-07-01T09:00:00",
            ["time_zone"] = "Asia/Tokyo",
        };
        Assert.Equal("17:00", (string)(await _api.PostAsync(Single, email)).Expect(HttpStatusCode.Created).Json["subject"]!);
    }

    [Fact]
    public async Task A_series_is_scheduled_ahead_edited_by_occurrence_and_taken_back()
    {
        var first = (await SaveAsync(Daily())).Json;
        Assert.Equal("scheduled", (string)first["emails"]![0]!["action"]!);
        var count = (int)first["emails"]![0]!["occurrences"]!["scheduled"]!;
        Assert.InRange(count, 30, 32);
        Assert.Equal(count, (await PendingAsync()).Count);

        // As it is, and as GET shows it: a no-op.
        Assert.Equal(1, (int)(await SaveAsync(Daily())).Json["revision"]!);
        var read = (await _api.GetAsync(Config)).Json;
        Assert.Equal(count, (int)read["emails"]![0]!["occurrences"]!["kept"]!);
        Assert.Equal((string)first["emails"]![0]!["id"]!, (string)read["emails"]![0]!["id"]!);
        var again = (await _api.PutAsync(Config, read)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((1, count), ((int)again["revision"]!, (int)again["changes"]!["kept"]!));

        // Skipped, moved, and back.
        var pending = await PendingAsync();
        var (third, fifth) = ((string)pending[2]["occurrence"]!, (string)pending[4]["occurrence"]!);
        var edited = Daily();
        edited["recurrence"]!["skip"] = new JsonArray(third);
        edited["recurrence"]!["move"] = new JsonObject { [fifth] = $"{fifth[..11]}21:15:00" };
        var dry = (await _api.PutAsync($"{Config}?dry_run=true", Api.Config((JsonObject)edited.DeepClone())))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal("""{"scheduled":0,"kept":30,"superseded":0,"removed":1}""".Replace("30", $"{count - 1}", StringComparison.Ordinal),
            dry["emails"]![0]!["occurrences"]!.ToJsonString());
        var saved = (await SaveAsync(edited)).Json;
        Assert.Equal(1, (int)saved["changes"]!["removed"]!);
        var moved = (await _api.GetAsync($"scheduled-emails/{(string)pending[4]["id"]!}")).Json;
        Assert.Equal(($"{fifth[..11]}21:15:00", fifth), ((string)moved["scheduled_local"]!, (string)moved["occurrence"]!));
        Assert.Equal("removed", (string)(await _api.GetAsync($"scheduled-emails/{(string)pending[2]["id"]!}")).Json["reason"]!);
        var back = (await SaveAsync(Daily())).Json;
        Assert.Equal((1, count - 1), ((int)back["changes"]!["scheduled"]!, (int)back["changes"]!["kept"]!));

        // Other words: each is superseded, and keeps its occurrence.
        var other = (await SaveAsync(Daily("Other"))).Json;
        Assert.Equal(count, (int)other["changes"]!["superseded"]!);
        Assert.Equal("superseded", (string)(await _api.GetAsync($"scheduled-emails/{(string)pending[4]["id"]!}")).Json["reason"]!);

        // Cancelled by hand it never comes back.
        var cancelled = (await PendingAsync())[1];
        (await _api.PostAsync($"scheduled-emails/{(string)cancelled["id"]!}/cancel")).Expect(HttpStatusCode.OK);
        await SaveAsync(Daily("Third"));
        Assert.DoesNotContain((string)cancelled["occurrence"]!, (await PendingAsync()).Select(email => (string)email["occurrence"]!));
        Assert.Equal(
            "managed_by_config",
            (await _api.PatchAsync(
                $"scheduled-emails/{(string)(await PendingAsync())[0]["id"]!}",
                JsonNode.Parse($$"""{"scheduled_datetime":"{{NextYear}}-07-01T09:00:00Z"}""")!)).Code);

        var gone = (await _api.PutAsync(Config, Api.Config())).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(count - 1, (int)gone["changes"]!["removed"]!);
        Assert.Empty(await PendingAsync());
        Assert.Equal("series_not_found", (await _api.GetAsync($"{Config}/series/daily")).Expect(HttpStatusCode.NotFound).Code);
    }

    [Fact]
    public async Task An_occurrence_goes_out_when_it_is_due_and_the_series_ends()
    {
        var at = TimeProvider.System.GetUtcNow().AddSeconds(12);
        var item = Series("FREQ=DAILY;COUNT=1", at.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), "Etc/UTC");
        var saved = (await SaveAsync((JsonObject)item.DeepClone())).Json;
        var sent = await _api.EmailAsync((string)saved["emails"]![0]!["id"]!, "sent");
        Assert.InRange((int)sent["lateness_ms"]!, 0, 15_000);
        Assert.Equal("finished", (string)(await _api.GetAsync($"{Config}/series/daily")).Json["state"]!);
        // A finished series saved again is a no-op.
        Assert.Equal(1, (int)(await SaveAsync(item)).Json["revision"]!);
        Assert.Null((await _api.GetAsync(Config)).Json["emails"]![0]!["id"]);
    }

    [Fact]
    public async Task What_a_save_leaves_is_made_by_the_scheduler()
    {
        // Each save makes ten thousand at the most: of 200 daily series a part is left.
        var items = Enumerable.Range(0, 400).Select(index =>
        {
            var item = Daily();
            item["key"] = $"daily-{index}";
            return item;
        }).ToArray();
        (await _api.PutAsync(Config, Api.Config(items))).Expect(HttpStatusCode.OK);
        await Deadline.UntilAsync(
            () => _api.GetAsync($"{Config}/series/daily-399"), answer => answer.Json["scheduled"]!.AsArray().Count >= 30);
        Assert.Equal("active", (string)(await _api.GetAsync($"{Config}/series/daily-0")).Json["state"]!);
        (await _api.DeleteAsync(Config)).Expect(HttpStatusCode.OK);
        Assert.Empty(await PendingAsync());
    }

    [Fact]
    public async Task A_new_version_of_a_template_is_applied_to_a_series_too()
    {
        var template = $"client/{_client}/templates/daily";
        (await _api.PutAsync(template, JsonNode.Parse("""{"subject":"Hello {{ name }}","text":"x"}""")!)).Expect(HttpStatusCode.OK);
        var item = Daily();
        item.Remove("subject");
        item.Remove("text");
        item["template"] = JsonNode.Parse("""{"name":"daily","data":{"name":"Ada"}}""");
        (await SaveAsync((JsonObject)item.DeepClone())).Expect(HttpStatusCode.OK);
        var before = await PendingAsync();
        (await _api.PutAsync(template, JsonNode.Parse("""{"subject":"Hi {{ name }}","text":"x"}""")!)).Expect(HttpStatusCode.OK);
        Assert.Equal(1, (int)(await SaveAsync((JsonObject)item.DeepClone())).Json["revision"]!);
        var applied = (await _api.PostAsync($"{template}/apply")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((2, before.Count), ((int)applied["revision"]!, (int)applied["changes"]!["superseded"]!));
        var after = await PendingAsync();
        Assert.Equal(before.Select(email => (string)email["occurrence"]!), after.Select(email => (string)email["occurrence"]!));
        Assert.All(after, email => Assert.Equal("Hi Ada", (string)email["subject"]!));
        Assert.Equal(2, (int)(await SaveAsync(item)).Json["revision"]!);
        Assert.Equal(2, (int)(await _api.GetAsync(Config)).Json["emails"]![0]!["template"]!["version"]!);
    }

    [Theory]
    [InlineData("recurrence_never_occurs", "FREQ=DAILY;UNTIL=20200101T000000")]
    [InlineData("recurrence_never_occurs", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("invalid_recurrence", "FREQ=DAILY;COUNT=0")]
    [InlineData("invalid_recurrence", "FREQ=SECONDLY")]
    [InlineData("recurrence_too_frequent", "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55,56")]
    public async Task A_rule_that_can_not_be_is_refused_with_its_code(string code, string rule)
    {
        var refused = await SaveAsync(Series(rule, $"{NextYear}-07-01T09:00:00", "Europe/Berlin"), HttpStatusCode.UnprocessableEntity);
        Assert.Equal(code, refused.Code);
        Assert.Equal("/emails/0/recurrence/rrule", Assert.Single(refused.Json["errors"]!.AsObject()).Key);
        Assert.Equal(
            code,
            (await _api.PostAsync("recurrence/preview", new JsonObject
            {
                ["recurrence"] = Series(rule, $"{NextYear}-07-01T09:00:00", "Europe/Berlin")["recurrence"]!.DeepClone(),
            })).Code);
    }

    [Fact]
    public async Task A_preview_shows_what_a_clock_change_shifts_and_stores_nothing()
    {
        var body = JsonNode.Parse(
            """
            {"recurrence":{"rrule":"FREQ=DAILY","start_local":"2027-03-27T02:30:00","time_zone":"Europe/Berlin",
             "skip":["2027-03-29T02:30:00"]},"limit":3}
            """)!;
        var occurrences = (await _api.PostAsync("recurrence/preview", body)).Expect(HttpStatusCode.OK).Json["occurrences"]!.AsArray();
        Assert.Equal(
            [
                ("2027-03-27T02:30:00", "2027-03-27T01:30:00.000Z", 0), ("2027-03-28T02:30:00", "2027-03-28T01:30:00.000Z", 3600),
                ("2027-03-30T02:30:00", "2027-03-30T00:30:00.000Z", 0),
            ],
            occurrences.Select(each =>
                ((string)each!["occurrence"]!, (string)each["scheduled_datetime"]!, (int)each["shifted_by"]!)));
    }

    [Fact]
    public async Task A_time_of_the_other_kind_is_refused_and_so_is_a_skip_in_vain()
    {
        var item = Daily();
        item["send_before"] = $"{NextYear}-07-01T09:00:00Z";
        Assert.Equal("conflicting_fields", (await SaveAsync(item, HttpStatusCode.UnprocessableEntity)).Code);
        var single = Email(("key", "a"), ("scheduled_datetime", $"{NextYear}-07-01T09:00:00Z"), ("send_within_seconds", 60));
        Assert.Equal("conflicting_fields", (await SaveAsync(single, HttpStatusCode.UnprocessableEntity)).Code);
        var vain = Daily();
        vain["recurrence"]!["skip"] = new JsonArray($"{NextYear}-07-01T09:00:01");
        var refused = await SaveAsync(vain, HttpStatusCode.UnprocessableEntity);
        Assert.Equal("invalid_recurrence", refused.Code);
        Assert.Equal("/emails/0/recurrence/skip/0", Assert.Single(refused.Json["errors"]!.AsObject()).Key);
    }

    private async Task<Api.Answer> SaveAsync(JsonObject item, HttpStatusCode status = HttpStatusCode.OK) =>
        (await _api.PutAsync(Config, Api.Config(item))).Expect(status);

    private async Task<List<JsonNode>> PendingAsync() => [.. await _api.ListAsync($"{Single}?status=pending")];

    private static JsonObject Daily(string subject = "Hello") => Series("FREQ=DAILY", "2026-01-01T09:00:00", "Europe/Berlin", subject);

    private static JsonObject Series(string rule, string start, string zone, string subject = "Hello") => new()
    {
        ["key"] = "daily",
        ["to"] = new JsonArray("ada@example.com"),
        ["subject"] = subject,
        ["text"] = "Hello Ada",
        ["recurrence"] = new JsonObject { ["rrule"] = rule, ["start_local"] = start, ["time_zone"] = zone },
    };

    private static JsonObject Email(params (string Name, JsonNode? Value)[] fields)
    {
        var email = new JsonObject { ["to"] = new JsonArray("ada@example.com"), ["subject"] = "Hello", ["text"] = "Hello Ada" };
        foreach (var (name, value) in fields)
            email[name] = value;
        return email;
    }
}
