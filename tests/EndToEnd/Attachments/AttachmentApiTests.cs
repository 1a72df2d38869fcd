using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>E-mails that carry attachments.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class AttachmentApiTests(SharedSystem system)
{
    private static readonly byte[] _invoice = "%PDF-1.7 an invoice"u8.ToArray();
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Singles => $"client/{_client}/scheduled-emails";

    private string Config => $"client/{_client}/email-config";

    [Fact]
    public async Task What_a_client_has_is_nobody_elses_business()
    {
        var id = await _api.UploadedAsync(_client, _invoice);
        var other = SharedSystemTests.NewClient();
        var key = (string)(await _api.PostAsync($"client/{other}/api-keys", new JsonObject { ["name"] = "other" }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
        using var stranger = system.Mail.ApiOf(0, key);
        Assert.Equal("forbidden", (await stranger.GetAsync($"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.Forbidden).Code);
        (await stranger.GetAsync($"client/{other}/attachments/{id}")).Expect(HttpStatusCode.NotFound);
        var refused = (await stranger.PostAsync(
            $"client/{other}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.ById(id, "a.pdf"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("attachment_not_found", "/attachments/0/id"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        (await stranger.UploadAsync(other, _invoice)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_email_shows_its_attachments_everywhere_and_stores_what_came_along()
    {
        var id = await _api.UploadedAsync(_client, _invoice, "application/pdf");
        var created = (await _api.PostAsync(Singles, Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(
            Uploads.ById(id, "invoice.pdf"), Uploads.Along("BEGIN:VCALENDAR"u8.ToArray(), "invite.ics", "text/calendar; method=REQUEST"))))
                .Expect(HttpStatusCode.Created).Json;
        var expected = new JsonArray(
            Shown(id, "invoice.pdf", "application/pdf", _invoice.Length),
            Shown(Uploads.IdOf("BEGIN:VCALENDAR"u8.ToArray()), "invite.ics", "text/calendar; method=REQUEST", 15));
        foreach (var shown in new[]
        {
            created, (await _api.GetAsync($"scheduled-emails/{created["id"]}")).Json, (await _api.ListAsync(Singles)).Single(),
        })
        {
            Assert.Equal(expected.ToJsonString(), shown["attachments"]!.ToJsonString());
        }

        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf("BEGIN:VCALENDAR"u8.ToArray())}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_config_as_it_is_shown_can_be_saved_again_and_any_change_of_an_attachment_is_a_change()
    {
        var item = Api.Item("bill", Api.In(TimeSpan.FromHours(1)));
        item["html"] = "<img src=\"cid:logo\">";
        var logo = Uploads.Along([1, 2, 3], "logo.png", contentId: "logo");
        var dry = (await _api.PutAsync(
            $"{Config}?dry_run=true", Api.Config(item.WithAttachments(Uploads.Along(_invoice, "invoice.pdf"), logo))))
            .Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)dry["dry_run"]!);
        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf(_invoice)}")).Expect(HttpStatusCode.NotFound);
        (await _api.PutAsync(Config, Api.Config(item))).Expect(HttpStatusCode.OK);

        var shown = (await _api.GetAsync(Config)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(
            new JsonArray(
                Shown(Uploads.IdOf(_invoice), "invoice.pdf", "application/pdf", _invoice.Length),
                Shown(Uploads.IdOf([1, 2, 3]), "logo.png", "image/png", 3, "logo"))
                .ToJsonString(),
            shown["emails"]![0]!["attachments"]!.ToJsonString());
        Assert.Equal((1, 1), await SavedAsync(shown));
        Assert.Equal((1, 1), await SavedAsync(
            Api.Config(item.WithAttachments(Uploads.ById(Uploads.IdOf(_invoice), "invoice.pdf"), (JsonObject)logo.DeepClone()))));
        Assert.Equal((2, 0), await SavedAsync(
            Api.Config(item.WithAttachments((JsonObject)logo.DeepClone(), Uploads.ById(Uploads.IdOf(_invoice), "invoice.pdf")))));
        Assert.Equal((3, 0), await SavedAsync(
            Api.Config(item.WithAttachments((JsonObject)logo.DeepClone(), Uploads.ById(Uploads.IdOf(_invoice), "bill.pdf")))));
        Assert.Equal((3, 1), await SavedAsync((await _api.GetAsync(Config)).Json));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_and_nothing_is_stored()
    {
        var emails = Api.Config(
            Api.Item(null, Api.In(TimeSpan.FromHours(1)))
                .WithAttachments(Uploads.Along([7, 7], "fine.bin"), Uploads.ById(Uploads.IdOf([8]), "gone.bin")),
            Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(
                Uploads.Along([9], "..\\..\\x"), Uploads.Along([9], "run.exe"), Uploads.Along([9], "a.png", contentId: "logo")));
        foreach (var refused in new[] { await _api.PostAsync($"{Singles}/batch", emails), await _api.PutAsync(Config, Keyed(emails)) })
        {
            Assert.Equal("invalid_body", refused.Expect(HttpStatusCode.UnprocessableEntity).Code);
            Assert.Equal(
                [
                    "/emails/0/attachments/1/id", "/emails/1/attachments/0/filename", "/emails/1/attachments/1/filename",
                    "/emails/1/attachments/2/content_id",
                ],
                refused.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        }

        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf([7, 7])}")).Expect(HttpStatusCode.NotFound);
        Assert.Empty(await _api.ListAsync(Singles));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_at_its_item()
    {
        var id = await _api.UploadedAsync(_client, new byte[20 * 1024 * 1024]);
        var refused = (await _api.PostAsync(
            $"{Singles}/batch",
            Api.Config(
                Api.Item(null, Api.In(TimeSpan.FromHours(1))),
                Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.ById(id, "a.bin")))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("message_too_large", "/emails/1"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        Assert.Contains("26214400 bytes", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_sent_again_carries_the_same()
    {
        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "550 5.1.1 no such user");
        var failed = (await _api.PostAsync(
            Singles,
            Api.Item(null, Api.In(TimeSpan.Zero), to: $"nobody@{_client}.example").WithAttachments(Uploads.Along(_invoice, "invoice.pdf"))))
            .Expect(HttpStatusCode.Created).Json;
        await _api.EmailAsync((string)failed["id"]!, "failed");
        var again = (await _api.PostAsync($"scheduled-emails/{failed["id"]}/resend")).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(failed["attachments"]!.ToJsonString(), again["attachments"]!.ToJsonString());
    }

    private static JsonObject Keyed(JsonObject config)
    {
        foreach (var (index, item) in config["emails"]!.AsArray().Index())
            item!["key"] = Encoding.ASCII.GetString([(byte)('a' + index)]);
        return config;
    }

    private static JsonObject Shown(string id, string filename, string type, long size, string? contentId = null) =>
        new() { ["id"] = id, ["filename"] = filename, ["content_type"] = type, ["size"] = size, ["content_id"] = contentId };

    private async Task<(int Revision, int Kept)> SavedAsync(JsonNode config)
    {
        var saved = (await _api.PutAsync(Config, config)).Expect(HttpStatusCode.OK).Json;
        return ((int)saved["revision"]!, (int)saved["changes"]!["kept"]!);
    }
}
