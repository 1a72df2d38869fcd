using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>What a webhook may be, and how it is changed.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class WebhookInputTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/webhooks";

    [Fact]
    public async Task What_leads_inside_is_refused_at_the_save_and_ten_are_the_most()
    {
        foreach (var url in new[]
        {
            "https://127.0.0.2/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "http://1.1.1.1/",
            "https://[::ffff:10.0.0.1]/", "https://2130706434/", "https://10\u30020\u30020\u30021/",
        })
        {
            var refused = (await _api.PostAsync(Path, new JsonObject { ["url"] = url }))
                .Expect(HttpStatusCode.UnprocessableEntity);
            Assert.Equal("egress_forbidden", refused.Code);
        }

        foreach (var url in new[] { "ftp://example.com/", "/events", "https://user:password@example.com/", "https://example.com/#a" })
            (await _api.PostAsync(Path, new JsonObject { ["url"] = url })).Expect(HttpStatusCode.UnprocessableEntity);
        (await _api.PostAsync(Path, new JsonObject { ["url"] = "https://1.1.1.1/", ["types"] = new JsonArray("sender.blocked") }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        for (var count = 0; count < 10; count++)
            (await _api.PostAsync(Path, new JsonObject { ["url"] = "https://1.1.1.1/" })).Expect(HttpStatusCode.Created);
        Assert.Equal(
            "too_many_webhooks",
            (await _api.PostAsync(Path, new JsonObject { ["url"] = "https://1.1.1.1/" }))
                .Expect(HttpStatusCode.UnprocessableEntity).Code);
        var id = (string)(await _api.GetAsync(Path)).Json["items"]![0]!["id"]!;
        (await _api.GetAsync($"client/other/webhooks/{id}")).Expect(HttpStatusCode.NotFound);
        (await _api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NoContent);
        (await _api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_left_out_of_a_change_stays_and_null_takes_the_description_away()
    {
        var id = (string)(await _api.PostAsync(Path, new JsonObject { ["url"] = "https://1.1.1.1/", ["description"] = "The shop" }))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        var changed = await ChangeAsync(new() { ["url"] = null, ["types"] = new JsonArray("email.failed") });
        Assert.Equal(("https://1.1.1.1/", "The shop"), ((string)changed["url"]!, (string)changed["description"]!));
        changed = await ChangeAsync(new() { ["description"] = "Failures" });
        Assert.Equal("Failures", (string)changed["description"]!);
        changed = await ChangeAsync(new() { ["description"] = null });
        Assert.Null(changed["description"]);
        Assert.Equal(["email.failed"], changed["types"]!.AsArray().Select(each => (string)each!));

        async Task<JsonNode> ChangeAsync(JsonObject change) =>
            (await _api.PatchAsync($"{Path}/{id}", change)).Expect(HttpStatusCode.OK).Json;
    }
}
