using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Templates over the API: versions, e-mails rendered at the save, what is refused, and a new version for what waits.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class TemplateApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/templates/welcome";

    private string Config => $"client/{_client}/email-config";

    [Fact]
    public async Task A_save_makes_a_version_and_an_unchanged_one_or_another_sample_makes_none()
    {
        var first = (await PutAsync("Hello {{ name }}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("welcome", 1, "\"1\""), ((string)first.Json["name"]!, (int)first.Json["version"]!, first.Headers.ETag!.Tag));
        Assert.True((bool)first.Json["variables"]!["name"]!["required"]!);
        Assert.Equal(1, (int)(await PutAsync("Hello {{ name }}", sample: """{"name":"Ada"}""")).Json["version"]!);
        Assert.Equal("Ada", (string)(await _api.GetAsync(Path)).Json["sample"]!["name"]!);
        Assert.Equal(2, (int)(await PutAsync("Hi {{ name }}", query: "?dry_run=true")).Json["version"]!);
        Assert.Equal(1, (int)(await _api.GetAsync(Path)).Json["version"]!);
        Assert.Equal(
            "version_mismatch", (await PutAsync("Hi {{ name }}", ifMatch: "\"2\"")).Expect(HttpStatusCode.PreconditionFailed).Code);
        Assert.Equal(2, (int)(await PutAsync("Hi {{ name }}", ifMatch: "\"1\"")).Expect(HttpStatusCode.OK).Json["version"]!);
        Assert.Equal(
            [2, 1], (await _api.GetAsync(Path + "/versions")).Json["items"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Equal("Hello {{ name }}", (string)(await _api.GetAsync(Path + "?version=1")).Json["subject"]!);
        Assert.Equal("template_version_not_found", (await _api.GetAsync(Path + "?version=3")).Expect(HttpStatusCode.NotFound).Code);

        (await _api.DeleteAsync(Path)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("template_not_found", (await _api.GetAsync(Path)).Expect(HttpStatusCode.NotFound).Code);
        Assert.Equal(3, (int)(await PutAsync("Hi {{ name }}")).Json["version"]!);
    }

    [Fact]
    public async Task A_template_that_was_read_can_be_saved_again_as_it_is()
    {
        await PutAsync(
            "Hello {{ name }}{{ user['last name'] | default: '' }}",
            variables: """
                {"name":{"type":"string","default":null},"n":{"default":1.50},"plan":{"type":"string"},"user.last name":{"declared":false}}
                """,
            sample: "{}");
        var read = (await _api.GetAsync(Path)).Json;
        Assert.NotNull(read["variables"]!["user.last name"]);
        Assert.Equal(1, (int)(await _api.PutAsync(Path, read)).Expect(HttpStatusCode.OK).Json["version"]!);
        read["variables"]!["plan"]!["default"] = "free";
        var looked = (await _api.PutAsync(Path + "?dry_run=true", read)).Expect(HttpStatusCode.OK);
        Assert.Equal((2, "\"1\""), ((int)looked.Json["version"]!, looked.Headers.ETag!.Tag));
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_template_is_said_with_line_and_column()
    {
        var refused = (await _api.PutAsync(
            Path, JsonNode.Parse("""{"subject":"{{ a | raw }}","html":"x\n{% include 'y' %}","text":"{{ 'now' | date: '%Y' }}"}""")!))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("template_invalid", refused.Code);
        Assert.Equal(["/subject", "/html", "/text"], refused.Json["errors"]!.AsObject().Select(error => error.Key));
        Assert.StartsWith("line 2, column 4: the tag include", (string)refused.Json["errors"]!["/html"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_email_is_rendered_at_the_save_and_shows_what_it_was_rendered_from()
    {
        await PutAsync("Hello {{ name }}", html: "<p>Hello {{ name }}, no. {{ n }}</p>");
        var created = (await _api.PostAsync(
            $"client/{_client}/scheduled-emails", Item(null, """{"name":"Zoë <b>","n":9007199254740993}""")))
            .Expect(HttpStatusCode.Created).Json;
        Assert.Equal("Hello Zoë <b>", (string)created["subject"]!);
        Assert.Equal("<p>Hello Zoë &lt;b&gt;, no. 9007199254740993</p>", (string)created["html"]!);
        Assert.Equal("Hello Zoë <b>, no. 9007199254740993\n", (string)created["text"]!);
        Assert.Equal(
            """{"name":"welcome","version":1,"data":{"name":"Zoë <b>","n":9007199254740993}}""",
            created["template"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task All_gaps_of_all_emails_are_told_at_once_and_nothing_is_saved()
    {
        await PutAsync("Hello {{ user.name }}", html: "<p>{{ n | plus: 1 }}</p>", variables: """{"n":{"type":"number"}}""");
        var refused = (await _api.PutAsync(Config, Api.Config(
            Item("a", """{"user":{"name":null},"n":1}"""), Item("b", """{"n":"1","user":{"name":"x"},"nmae":1}"""), Item("c", "{}"))))
                .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(
            [
                "/emails/0/template/data/user/name", "/emails/1/template/data/n", "/emails/1/template/data/nmae",
                "/emails/2/template/data/n", "/emails/2/template/data/user/name",
            ],
            refused.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        (await _api.GetAsync(Config)).Expect(HttpStatusCode.NotFound);
        Assert.Equal("template_variable_missing", (await _api.PutAsync(Config, Api.Config(Item("c", """{"n":1}""")))).Code);

        var both = Item("a", """{"user":{"name":"x"},"n":1}""");
        both["text"] = "written";
        Assert.Equal("conflicting_fields", (await _api.PutAsync(Config, Api.Config(both))).Expect(HttpStatusCode.UnprocessableEntity).Code);
        var unknown = Item("a", "{}");
        unknown["template"]!["name"] = "nothing";
        var notFound = (await _api.PutAsync(Config, Api.Config(unknown))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("template_not_found", "/emails/0/template/name"), (notFound.Code, notFound.Json["errors"]!.AsObject().Single().Key));
        unknown["template"] = JsonNode.Parse("""{"name":"welcome","version":7}""");
        Assert.Equal(
            "template_version_not_found",
            (await _api.PostAsync($"client/{_client}/scheduled-emails", Without(unknown, "key")))
                .Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Theory]
    [InlineData("a\\r\\nBcc: x@example.com")]
    [InlineData("a\\u0007")]
    public async Task Line_breaks_and_control_characters_never_come_into_a_subject(string name)
    {
        await PutAsync("Hello {{ name }}");
        (await _api.PostAsync($"client/{_client}/scheduled-emails", Item(null, $$"""{"name":"{{name}}"}""")))
            .Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_rendering_without_end_is_refused()
    {
        await PutAsync("s", html: "{% for i in (1..n) %}x{% endfor %}");
        Assert.Equal(
            "template_too_costly",
            (await _api.PostAsync($"client/{_client}/scheduled-emails", Item(null, """{"n":1000000000}""")))
                .Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Fact]
    public async Task A_new_version_changes_nothing_that_waits_and_saving_the_same_config_again_is_a_no_op()
    {
        await PutAsync("Hello {{ name }}");
        var config = Api.Config(Item("a", """{"name":"Ada"}"""), Item("b", """{"name":"Bob"}""", version: 1));
        var saved = (await _api.PutAsync(Config, config.DeepClone())).Expect(HttpStatusCode.OK).Json;
        await PutAsync("Hi {{ name }}");
        var again = (await _api.PutAsync(Config, config.DeepClone())).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((1, 2), ((int)again["revision"]!, (int)again["changes"]!["kept"]!));
        var read = (await _api.GetAsync(Config)).Json;
        Assert.Equal(
            (1, false, true),
            ((int)read["emails"]![0]!["template"]!["version"]!, (bool)read["emails"]![0]!["template"]!["pinned"]!,
                (bool)read["emails"]![1]!["template"]!["pinned"]!));
        Assert.Equal(1, (int)(await _api.PutAsync(Config, read)).Expect(HttpStatusCode.OK).Json["revision"]!);

        // What else is changed changes no version.
        var moved = config.DeepClone();
        moved["emails"]![0]!["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(5)));
        var superseded = (await _api.PutAsync(Config, moved)).Expect(HttpStatusCode.OK).Json["emails"]![0]!;
        Assert.Equal("Hello Ada", (string)(await _api.GetAsync($"scheduled-emails/{superseded["id"]}")).Json["subject"]!);

        (await _api.DeleteAsync(Path)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(2, (int)(await _api.PutAsync(Config, moved.DeepClone())).Expect(HttpStatusCode.OK).Json["revision"]!);
        Assert.Equal("Hello Bob", (string)(await _api.GetAsync($"scheduled-emails/{saved["emails"]![1]!["id"]}")).Json["subject"]!);
        Assert.Equal("template_not_found", (await _api.PutAsync(Config, Api.Config(Item("new", """{"name":"Ada"}""")))).Code);
    }

    [Fact]
    public async Task Applying_a_version_changes_what_its_dry_run_named_and_leaves_what_names_a_version()
    {
        await PutAsync("Hello {{ name }}");
        var saved = (await _api.PutAsync(Config, Api.Config(
            Item("a", """{"name":"Ada"}"""), Item("b", """{"name":"Bob"}""", version: 1), Api.Item("c", Api.In(TimeSpan.FromHours(4))))))
            .Expect(HttpStatusCode.OK).Json;
        var single = (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Item(null, """{"name":"Eve"}"""))).Json["id"]!;
        await PutAsync("Hi {{ name }}");

        var plan = (await _api.PostAsync(Path + "/apply", JsonNode.Parse("""{"dry_run":true}"""))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((true, 2, 0), ((bool)plan["dry_run"]!, (int)plan["changes"]!["superseded"]!, (int)plan["changes"]!["kept"]!));
        Assert.All(plan["emails"]!.AsArray(), email => Assert.Null(email!["id"]));
        Assert.Equal("b", (string)Assert.Single(plan["pinned"]!.AsArray())!["key"]!);
        Assert.Equal("pending", (string)(await _api.GetAsync($"scheduled-emails/{single}")).Json["status"]!);

        (string, string) key = ("Idempotency-Key", "apply the second");
        var applied = (await _api.PostAsync(Path + "/apply", JsonNode.Parse("""{"version":2}"""), key)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            plan["emails"]!.AsArray().Select(email => (string)email!["supersedes"]!),
            applied["emails"]!.AsArray().Select(email => (string)email!["supersedes"]!));
        Assert.Equal(2, (int)applied["revision"]!);
        var again = await _api.PostAsync(Path + "/apply", JsonNode.Parse("""{"version":2}"""), key);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(applied.ToJsonString(), again.Json.ToJsonString());
        foreach (var email in applied["emails"]!.AsArray())
        {
            Assert.StartsWith(
                "Hi ", (string)(await _api.GetAsync($"scheduled-emails/{email!["id"]}")).Json["subject"]!, StringComparison.Ordinal);
            var old = (await _api.GetAsync($"scheduled-emails/{email["supersedes"]}")).Json;
            Assert.Equal(
                ("cancelled", "superseded", (string)email["id"]!),
                ((string)old["status"]!, (string)old["reason"]!, (string)old["superseded_by"]!));
        }

        var read = (await _api.GetAsync(Config)).Json;
        Assert.Equal(
            [2, 1],
            read["emails"]!.AsArray().Where(item => item!["template"] is not null).Select(item => (int)item!["template"]!["version"]!));
        Assert.Equal(2, (int)(await _api.PutAsync(Config, read)).Expect(HttpStatusCode.OK).Json["revision"]!);
        Assert.Empty((await _api.PostAsync(Path + "/apply")).Expect(HttpStatusCode.OK).Json["emails"]!.AsArray());
    }

    [Fact]
    public async Task A_version_that_data_does_not_fit_or_that_says_the_same_supersedes_nothing()
    {
        await PutAsync("Hello {{ name }}");
        await _api.PutAsync(Config, Api.Config(Item("a", """{"name":"Ada"}""")));
        await PutAsync("Hello {{ name }}{{ plan }}");
        var refused = (await _api.PostAsync(Path + "/apply")).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(
            ("template_variable_missing", "/emails/0/template/data/plan"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        // What a version no longer uses is no typo.
        await PutAsync("Hello Ada{% comment %}the same{% endcomment %}");
        var kept = (await _api.PostAsync(Path + "/apply")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((1, 0), ((int)kept["changes"]!["kept"]!, (int)kept["changes"]!["superseded"]!));
        Assert.Equal(3, (int)(await _api.GetAsync(Config)).Json["emails"]![0]!["template"]!["version"]!);
    }

    [Fact]
    public async Task A_preview_tells_what_is_missing_and_what_is_not_used()
    {
        await PutAsync("Hello {{ user.name }}", html: "<p>{{ x }}</p>", sample: """{"user":{"name":"Ada"},"x":"ü"}""");
        var preview = (await _api.PostAsync(Path + "/preview")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("Hello Ada", "<p>ü</p>", "ü\n"), ((string)preview["subject"]!, (string)preview["html"]!, (string)preview["text"]!));
        Assert.InRange((int)preview["size"]!, 100, 2000);
        preview = (await _api.PostAsync(Path + "/preview", JsonNode.Parse("""{"data":{"y":1}}"""))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("""["/user/name","/x"] ["/y"]""", $"{preview["missing"]!.ToJsonString()} {preview["unused"]!.ToJsonString()}");
        Assert.Equal(
            "template_version_not_found",
            (await _api.PostAsync(Path + "/preview", JsonNode.Parse("""{"version":9}"""))).Expect(HttpStatusCode.NotFound).Code);
    }

    [Fact]
    public async Task A_batch_is_rendered_and_sent_as_it_was_rendered()
    {
        await PutAsync("Hello {{ name }}", html: "<p>Hello {{ name }}</p>");
        var emails = Enumerable.Range(0, 150)
            .Select(number =>
                Without(Item(null, $$"""{"name":"no. {{number}}"}""", due: Api.In(TimeSpan.FromHours(number == 149 ? 0 : 1))), "key"))
            .ToArray();
        var created = (await _api.PostAsync($"client/{_client}/scheduled-emails/batch", Api.Config(emails)))
            .Expect(HttpStatusCode.Created).Json["items"]!.AsArray();
        Assert.Equal("Hello no. 7", (string)(await _api.GetAsync($"scheduled-emails/{created[7]!["id"]}")).Json["subject"]!);
        Assert.Equal("Hello no. 149", (string)(await _api.EmailAsync((string)created[149]!["id"]!, "sent"))["subject"]!);
    }

    private Task<Api.Answer> PutAsync(
        string subject, string html = "<p>Hello</p>", string? variables = null, string? sample = null, string query = "",
        string? ifMatch = null)
    {
        var template = new JsonObject { ["subject"] = subject, ["html"] = html };
        if (variables is not null)
            template["variables"] = JsonNode.Parse(variables);
        if (sample is not null)
            template["sample"] = JsonNode.Parse(sample);
        return ifMatch is null ? _api.PutAsync(Path + query, template) : _api.PutAsync(Path + query, template, ("If-Match", ifMatch));
    }

    private static readonly DateTimeOffset _later = Api.In(TimeSpan.FromHours(3));

    private static JsonObject Item(string? key, string data, int? version = null, DateTimeOffset? due = null)
    {
        var item = Without(Without(Api.Item(key, due ?? _later), "subject"), "text");
        item["template"] = new JsonObject { ["name"] = "welcome", ["data"] = JsonNode.Parse(data) };
        if (version is not null)
            item["template"]!["version"] = version;
        return item;
    }

    private static JsonObject Without(JsonObject item, string field)
    {
        item.Remove(field);
        return item;
    }
}
