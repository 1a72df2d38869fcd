using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>A client's configuration over HTTP: the diff, revisions, conditions, and what is refused.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class EmailConfigApiTests(SharedSystem system)
{
    private static readonly DateTimeOffset _later = Api.In(TimeSpan.FromHours(1));

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/email-config";

    [Fact]
    public async Task A_key_that_was_made_up_may_be_given_beside_the_same_item_without_one()
    {
        var item = Api.Item(null, Api.In(TimeSpan.FromHours(1)));
        var first = (await _api.PutAsync(Path, Api.Config(item))).Expect(HttpStatusCode.OK).Json["emails"]![0]!;
        var named = (JsonObject)item.DeepClone();
        named["key"] = (string)first["key"]!;
        var saved = (await _api.PutAsync(Path, Api.Config(item, named))).Expect(HttpStatusCode.OK).Json["emails"]!.AsArray();
        Assert.Equal((string)first["id"]!, (string)Assert.Single(saved, each => (string)each!["action"]! == "kept")!["id"]!);
        Assert.Equal(2, saved.Select(each => (string)each!["key"]!).Distinct().Count());
        Assert.Equal(0, (int)(await _api.PutAsync(Path, Api.Config(item, named))).Expect(HttpStatusCode.OK).Json["changes"]!["scheduled"]!);
    }

    [Fact]
    public async Task A_config_as_it_is_shown_can_be_put_back_and_changes_nothing()
    {
        (await _api.PutAsync(Path, Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1))), Api.Item(null, Api.In(TimeSpan.FromHours(2))))))
            .Expect(HttpStatusCode.OK);
        var shown = (await _api.GetAsync(Path)).Expect(HttpStatusCode.OK).Json;
        var saved = (await _api.PutAsync(Path, shown.DeepClone())).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(((long)shown["revision"]!, 2), ((long)saved["revision"]!, (int)saved["changes"]!["kept"]!));
        Assert.Equal(shown.ToJsonString(), (await _api.GetAsync(Path)).Json.ToJsonString());
        (await _api.PutAsync(Path, new JsonObject { ["emails"] = new JsonArray() })).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_save_answers_what_happened_to_each_item()
    {
        await SaveAsync(Api.Item("kept", _later), Api.Item("changed", _later), Api.Item("gone", _later));
        var answer = await SaveAsync(Api.Item("kept", _later), Api.Item("changed", _later, subject: "Other"), Api.Item("new", _later));

        Assert.Equal("""{"scheduled":1,"kept":1,"superseded":1,"removed":1,"too_late":[]}""", answer["changes"]!.ToJsonString());
        Assert.Equal(["kept", "superseded", "scheduled"], answer["emails"]!.AsArray().Select(item => (string)item!["action"]!));
        Assert.Equal(("gone", "cancelled"), ((string)answer["removed"]![0]!["key"]!, (string)answer["removed"]![0]!["status"]!));
        Assert.Equal((2, false), ((long)answer["revision"]!, (bool)answer["dry_run"]!));
        var old = (await _api.GetAsync($"scheduled-emails/{(string)answer["emails"]![1]!["supersedes"]!}")).Json;
        Assert.Equal(
            ("cancelled", "superseded", (string)answer["emails"]![1]!["id"]!),
            ((string)old["status"]!, (string)old["reason"]!, (string)old["superseded_by"]!));
        var removed = (await _api.GetAsync($"scheduled-emails/{(string)answer["removed"]![0]!["id"]!}")).Json;
        Assert.Equal(("cancelled", "removed"), ((string)removed["status"]!, (string)removed["reason"]!));
    }

    [Fact]
    public async Task A_dry_run_for_a_client_without_a_config_has_no_tag_that_a_save_would_not_match()
    {
        var looked = (await _api.PutAsync($"{Path}?dry_run=true", Api.Config(Api.Item("a", _later)))).Expect(HttpStatusCode.OK);
        Assert.Equal((1, null), ((int)looked.Json["revision"]!, looked.Headers.ETag));
        Assert.Equal(
            "revision_mismatch",
            (await _api.PutAsync(Path, Api.Config(Api.Item("a", _later)), ("If-Match", "\"0\"")))
                .Expect(HttpStatusCode.PreconditionFailed).Code);
    }

    [Fact]
    public async Task A_character_is_one_whatever_its_encoding()
    {
        var (key, subject) = (string.Concat(Enumerable.Repeat("🎂", 128)), string.Concat(Enumerable.Repeat("🎉", 998)));
        (await _api.PutAsync(Path, Api.Config(Api.Item(key, _later, subject: subject)))).Expect(HttpStatusCode.OK);
        Assert.Equal(subject, (string)(await _api.GetAsync(Path)).Json["emails"]![0]!["subject"]!);
        (await _api.PutAsync(Path, Api.Config(Api.Item(key + "🎂", _later)))).Expect(HttpStatusCode.UnprocessableEntity);
        (await _api.PutAsync(Path, Api.Config(Api.Item("a", _later, subject: subject + "🎉")))).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_dry_run_answers_the_same_and_changes_nothing()
    {
        await SaveAsync(Api.Item("a", _later));
        var dry = (await _api.PutAsync($"{Path}?dry_run=true", Api.Config(Api.Item("a", _later, subject: "Other"), Api.Item("b", _later))))
            .Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)dry["dry_run"]!);
        Assert.Equal((1, 1), ((int)dry["changes"]!["scheduled"]!, (int)dry["changes"]!["superseded"]!));
        Assert.All(dry["emails"]!.AsArray(), item => Assert.Null(item!["id"]));
        var saved = (await _api.GetAsync(Path)).Json;
        Assert.Equal((1, "Hello"), ((long)saved["revision"]!, (string)Assert.Single(saved["emails"]!.AsArray())!["subject"]!));
    }

    [Fact]
    public async Task If_Match_guards_against_a_save_in_between()
    {
        await SaveAsync(Api.Item("a", _later));
        var stale = await _api.PutAsync(Path, Api.Config(Api.Item("b", _later)), ("If-Match", "\"7\""));
        Assert.Equal("revision_mismatch", stale.Expect(HttpStatusCode.PreconditionFailed).Code);
        Assert.Equal("\"1\"", (await _api.GetAsync(Path)).Headers.ETag!.Tag);
        var fresh = await _api.PutAsync(Path, Api.Config(Api.Item("b", _later)), ("If-Match", "\"1\""));
        Assert.Equal("\"2\"", fresh.Expect(HttpStatusCode.OK).Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_config_that_is_read_and_saved_again_is_unchanged()
    {
        var precise = Api.Item(null, _later);
        precise["scheduled_datetime"] = _later.UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture)
            + "Z";
        await SaveAsync(precise, Api.Item(null, _later));
        var read = (await _api.GetAsync(Path)).Expect(HttpStatusCode.OK).Json;
        foreach (var item in read["emails"]!.AsArray())
        {
            item!.AsObject().Remove("id");
            item.AsObject().Remove("status");
        }

        var again = (await _api.PutAsync(Path, new JsonObject { ["emails"] = read["emails"]!.DeepClone() })).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((2, 1), ((int)again["changes"]!["kept"]!, (long)again["revision"]!));
    }

    [Fact]
    public async Task Deleting_cancels_what_is_pending_and_forgets_the_config()
    {
        await SaveAsync(Api.Item("a", _later), Api.Item("b", _later));
        Assert.Equal("""{"cancelled":2,"too_late":[]}""", (await _api.DeleteAsync(Path)).Expect(HttpStatusCode.OK).Text);
        Assert.Equal("config_not_found", (await _api.GetAsync(Path)).Expect(HttpStatusCode.NotFound).Code);
        Assert.Equal("config_not_found", (await _api.DeleteAsync(Path)).Expect(HttpStatusCode.NotFound).Code);
        Assert.Equal(3, (long)(await SaveAsync(Api.Item("a", _later)))["revision"]!);
    }

    [Fact]
    public async Task Revisions_say_who_saved_what_newest_first_page_by_page()
    {
        for (var save = 0; save < 3; save++)
            await SaveAsync(Api.Item("a", _later, subject: $"{save}"));
        var first = (await _api.GetAsync($"{Path}/revisions?limit=2")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal([3L, 2L], first["items"]!.AsArray().Select(item => (long)item!["revision"]!));
        Assert.Equal("operator", (string)first["items"]![0]!["saved_by"]!);
        var second = (await _api.GetAsync($"{Path}/revisions?limit=2&cursor={(string)first["next_cursor"]!}")).Json;
        Assert.Equal(1, (long)Assert.Single(second["items"]!.AsArray())!["revision"]!);
        Assert.Null(second["next_cursor"]);
    }

    [Fact]
    public async Task Concurrent_saves_are_serialised_and_each_is_whole()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(save => system.Mail.ApiOf(save % 2).PutAsync(
            Path, Api.Config(Enumerable.Range(0, 20).Select(number => Api.Item($"{number}", _later, subject: $"save {save}"))))));
        var config = (await _api.GetAsync(Path)).Json;
        Assert.Single(config["emails"]!.AsArray().Select(item => (string)item!["subject"]!).Distinct());
        Assert.Equal(10, (long)config["revision"]!);
        var pending = (await _api.GetAsync($"client/{_client}/scheduled-emails?status=pending&limit=500")).Json["items"]!.AsArray();
        Assert.Equal(20, pending.Count);
    }

    [Fact]
    public async Task All_errors_of_a_body_are_named_at_once_and_nothing_changes()
    {
        var body = new JsonObject
        {
            ["emails"] = new JsonArray(
                new JsonObject
                {
                    ["key"] = "a",
                    ["to"] = new JsonArray("not an address"),
                    ["subject"] = "s",
                    ["text"] = "t",
                    ["scheduled_datetime"] = "2030-01-01T00:00:00",
                },
                new JsonObject
                {
                    ["key"] = "a",
                    ["to"] = new JsonArray(),
                    ["subject"] = "s\r\nBcc: x@example.com",
                    ["scheduled_datetime"] = "2020-01-01T00:00:00Z",
                    ["headers"] = new JsonObject { ["Bcc"] = "x@example.com", ["X-A"] = "a\nb" },
                }),
        };
        var refused = (await _api.PutAsync(Path, body)).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("application/problem+json", refused.ContentType);
        Assert.Equal("invalid_body", refused.Code);
        Assert.Equal(
            [
                "/emails/0/scheduled_datetime", "/emails/0/to/0", "/emails/1", "/emails/1/headers/Bcc", "/emails/1/headers/X-A",
                "/emails/1/key", "/emails/1/subject", "/emails/1/to",
            ],
            refused.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.Equal("not an e-mail address", (string)refused.Json["errors"]!["/emails/0/to/0"]![0]!);
        Assert.Equal("config_not_found", (await _api.GetAsync(Path)).Code);
    }

    [Fact]
    public async Task What_is_wrong_with_addresses_and_with_times_is_named_at_once()
    {
        (await _api.PutAsync(Path, Api.Config(Api.Item("sent", Api.In(TimeSpan.Zero)), Api.Item("kept", _later))))
            .Expect(HttpStatusCode.OK);
        await Deadline.UntilAsync(
            () => _api.ListAsync($"client/{_client}/scheduled-emails?status=sent"), emails => emails.Count == 1);
        var saved = (await _api.GetAsync(Path)).Json;
        var sent = (JsonObject)saved["emails"]![0]!.DeepClone();
        var due = (DateTimeOffset)sent["scheduled_datetime"]!;
        var refused = (await _api.PutAsync(Path, Api.Config(
            Api.Item("bad", DateTimeOffset.UnixEpoch, to: "no address"),
            Api.Item("past", DateTimeOffset.UnixEpoch),
            Api.Item("sent", due, subject: "changed"),
            Api.Item("far", due.AddYears(200)),
            Api.Item("kept", _later)))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("invalid_body", refused.Code);
        Assert.Equal(
            ["/emails/0", "/emails/0/to/0", "/emails/1", "/emails/2", "/emails/3"],
            refused.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));

        // What is kept may be over, whatever is wrong with others.
        var beside = Api.Config(sent, Api.Item("bad", _later, to: "no address"));
        Assert.Equal(
            ["/emails/1/to/0"],
            (await _api.PutAsync(Path, beside)).Expect(HttpStatusCode.UnprocessableEntity).Json["errors"]!.AsObject()
                .Select(error => error.Key));
        Assert.Equal(saved.ToJsonString(), (await _api.GetAsync(Path)).Json.ToJsonString());
    }

    [Theory]
    [InlineData("unknown_field", """{"emails":[],"emial":[]}""", "/emial")]
    [InlineData(
        "unknown_field",
        """{"emails":[{"to":["a@b.example"],"subject":"s","text":"t","scheduled_datetime":"2030-01-01T00:00:00Z","schedule":"x"}]}""",
        "/emails/0/schedule")]
    [InlineData(
        "time_without_offset",
        """{"emails":[{"to":["a@b.example"],"subject":"s","text":"t","scheduled_datetime":"2030-01-01T00:00:00"}]}""",
        "/emails/0/scheduled_datetime")]
    [InlineData(
        "scheduled_in_the_past",
        """{"emails":[{"to":["a@b.example"],"subject":"s","text":"t","scheduled_datetime":"2020-01-01T00:00:00Z"}]}""", "/emails/0")]
    [InlineData("duplicate_field", """{"emails":[],"emails":[]}""", "/emails")]
    [InlineData("invalid_body", """{"emails":{}}""", "/emails")]
    [InlineData("invalid_body", """{}""", "/emails")]
    [InlineData("invalid_body", """[]""", "")]
    [InlineData(
        "invalid_body",
        """{"emails":[{"key":"a\u0000","to":["a@b.example"],"subject":"s","text":"t","scheduled_datetime":"2030-01-01T00:00:00Z"}]}""",
        "/emails/0/key")]
    [InlineData(
        "invalid_body", """{"emails":[{"to":["a@b.example"],"subject":"\ud800","text":"t","scheduled_datetime":"2030-01-01T00:00:00Z"}]}""",
        "/emails/0/subject")]
    public async Task A_refused_body_names_the_place(string code, string body, string place)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var refused = (await _api.SendAsync(HttpMethod.Put, Path, content)).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(code, refused.Code);
        Assert.True(refused.Json["errors"]!.AsObject().ContainsKey(place), refused.Text);
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("\u00ff\u00fe", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    [InlineData("{}", "application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    public async Task What_is_no_JSON_is_refused(string body, string contentType, HttpStatusCode status, string code)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        Assert.Equal(code, (await _api.SendAsync(HttpMethod.Put, Path, content)).Expect(status).Code);
    }

    [Fact]
    public async Task A_body_of_40_MiB_is_refused_and_answered()
    {
        using var content = new ByteArrayContent(new byte[40 * 1024 * 1024]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        Assert.Equal(
            "body_too_large", (await _api.SendAsync(HttpMethod.Put, Path, content)).Expect(HttpStatusCode.RequestEntityTooLarge).Code);
    }

    [Fact]
    public async Task Deep_nesting_is_refused_and_answered()
    {
        using var content = new StringContent(new string('[', 100_000), Encoding.UTF8, "application/json");
        Assert.Equal("invalid_json", (await _api.SendAsync(HttpMethod.Put, Path, content)).Expect(HttpStatusCode.BadRequest).Code);
    }

    [Fact]
    public async Task A_client_id_that_is_none_and_a_parameter_that_nobody_knows_are_refused()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.GetAsync("client/a%20b/email-config")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.PutAsync($"{Path}?dryrun=true", Api.Config())).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.GetAsync($"{Path}/revisions?limit=0")).Status);
    }

    [Fact]
    public async Task Ten_thousand_emails_are_saved_kept_and_superseded_in_one_save_each()
    {
        JsonObject Config(string subject) => Api.Config(
            Enumerable.Range(0, 10_000).Select(number => Api.Item($"{number}", _later, subject: subject, text: $"Body {number}")));
        var first = await TimedAsync(Config("one"));
        Assert.Equal(10_000, (int)first.Changes["scheduled"]!);
        var second = await TimedAsync(Config("one"));
        Assert.Equal(10_000, (int)second.Changes["kept"]!);
        var third = await TimedAsync(Config("two"));
        Assert.Equal(10_000, (int)third.Changes["superseded"]!);
        TestContext.Current.SendDiagnosticMessage(
            $"10,000 e-mails: saved in {first.Seconds:F2} s, identical in {second.Seconds:F2} s, superseded in {third.Seconds:F2} s");
        (await _api.DeleteAsync(Path)).Expect(HttpStatusCode.OK);

        async Task<(JsonNode Changes, double Seconds)> TimedAsync(JsonObject config)
        {
            using var content = new StringContent(config.ToJsonString(), Encoding.UTF8, "application/json");
            var started = TimeProvider.System.GetTimestamp();
            var answer = (await _api.SendAsync(HttpMethod.Put, Path, content)).Expect(HttpStatusCode.OK);
            return (answer.Json["changes"]!, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async Task<JsonNode> SaveAsync(params JsonObject[] items) =>
        (await _api.PutAsync(Path, Api.Config(items))).Expect(HttpStatusCode.OK).Json;
}
