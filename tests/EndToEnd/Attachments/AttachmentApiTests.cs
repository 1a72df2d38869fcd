using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>Uploads, and e-mails that carry them.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class AttachmentApiTests(SharedSystem system)
{
    private static readonly byte[] _invoice = "%PDF-1.7 an invoice"u8.ToArray();
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Singles => $"client/{_client}/scheduled-emails";

    private string Config => $"client/{_client}/email-config";

    [Fact]
    public async Task What_is_uploaded_is_there_under_its_hash_and_once()
    {
        var first = (await _api.UploadAsync(_client, _invoice, "application/pdf")).Expect(HttpStatusCode.Created);
        Assert.Equal((Uploads.IdOf(_invoice), (long)_invoice.Length, "application/pdf"), ((string)first.Json["id"]!, (long)first.Json["size"]!, (string)first.Json["content_type"]!));
        var expires = (DateTimeOffset)first.Json["expires_at"]!;
        Assert.InRange(expires, Api.In(TimeSpan.FromHours(72)) - TimeSpan.FromMinutes(1), Api.In(TimeSpan.FromHours(72)) + TimeSpan.FromMinutes(1));
        var again = (await _api.UploadAsync(_client, _invoice, "application/pdf")).Expect(HttpStatusCode.OK);
        Assert.Equal((string)first.Json["id"]!, (string)again.Json["id"]!);
        Assert.InRange((DateTimeOffset)again.Json["expires_at"]!, expires, expires.AddMinutes(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(196_608)]
    [InlineData(196_609)]
    [InlineData(26_214_400)]
    public async Task Bytes_come_back_as_they_went_and_never_as_something_to_be_shown(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);
        var id = await _api.UploadedAsync(_client, bytes, "text/html");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Mail.ConfigServices[1].Address, $"/api/v1/client/{_client}/attachments/{id}"));
        request.Headers.Authorization = new("Bearer", MailSystem.OperatorKey);
        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "application/octet-stream", "attachment", "nosniff"), (
            answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.ToString(), answer.Headers.GetValues("X-Content-Type-Options").Single()));
        var received = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(received.AsSpan().SequenceEqual(bytes));
        var head = (await _api.SendAsync(HttpMethod.Head, $"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("application/octet-stream", ""), (head.ContentType, head.Text));
    }

    [Fact]
    public async Task What_can_not_be_taken_has_its_code()
    {
        Assert.Equal("empty_attachment", (await _api.UploadAsync(_client, [])).Expect(HttpStatusCode.UnprocessableEntity).Code);
        Assert.Equal("attachment_too_large", (await _api.UploadAsync(_client, new byte[(25 * 1024 * 1024) + 1])).Expect(HttpStatusCode.RequestEntityTooLarge).Code);
        using var chunked = new StreamContent(new Endless(26 * 1024 * 1024));
        Assert.Equal("attachment_too_large", (await _api.SendAsync(HttpMethod.Post, $"client/{_client}/attachments", chunked)).Expect(HttpStatusCode.RequestEntityTooLarge).Code);
        Assert.Equal("unsupported_content_type", (await _api.UploadAsync(_client, [1], "multipart/form-data; boundary=x")).Expect(HttpStatusCode.UnprocessableEntity).Code);
        using var compressed = new ByteArrayContent([1]) { Headers = { { "Content-Encoding", "gzip" } } };
        Assert.Equal("unsupported_content_encoding", (await _api.SendAsync(HttpMethod.Post, $"client/{_client}/attachments", compressed)).Expect(HttpStatusCode.UnsupportedMediaType).Code);
        foreach (var id in new[] { "sha256-x", Uploads.IdOf([1]), "1" })
            Assert.Equal("attachment_not_found", (await _api.GetAsync($"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.NotFound).Code);
        (await _api.SendAsync(HttpMethod.Head, $"client/{_client}/attachments/{Uploads.IdOf([1])}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_digest_is_checked_where_it_is_sent()
    {
        var digest = $"sha-512=:AAAA:, sha-256=:{Convert.ToBase64String(SHA256.HashData(_invoice))}:";
        (await _api.UploadAsync(_client, _invoice, null, ("Repr-Digest", digest))).Expect(HttpStatusCode.Created);
        foreach (var wrong in new[] { $"sha-256=:{Convert.ToBase64String(SHA256.HashData([1]))}:", "sha-256=abc", "sha-256=:x:" })
        {
            var refused = (await _api.UploadAsync(_client, "other"u8.ToArray(), null, ("Repr-Digest", wrong))).Expect(HttpStatusCode.UnprocessableEntity);
            Assert.Equal(("digest_mismatch", "/Repr-Digest"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        }

        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf("other"u8.ToArray())}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_a_client_has_is_nobody_elses_business()
    {
        var id = await _api.UploadedAsync(_client, _invoice);
        var other = SharedSystemTests.NewClient();
        var key = (string)(await _api.PostAsync($"client/{other}/api-keys", new JsonObject { ["name"] = "other" })).Expect(HttpStatusCode.Created).Json["key"]!;
        using var stranger = system.Mail.ApiOf(0, key);
        Assert.Equal("forbidden", (await stranger.GetAsync($"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.Forbidden).Code);
        (await stranger.GetAsync($"client/{other}/attachments/{id}")).Expect(HttpStatusCode.NotFound);
        var refused = (await stranger.PostAsync($"client/{other}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.ById(id, "a.pdf")))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("attachment_not_found", "/attachments/0/id"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        (await stranger.UploadAsync(other, _invoice)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_email_shows_its_attachments_everywhere_and_stores_what_came_along()
    {
        var id = await _api.UploadedAsync(_client, _invoice, "application/pdf");
        var created = (await _api.PostAsync(Singles, Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(
            Uploads.ById(id, "invoice.pdf"), Uploads.Along("BEGIN:VCALENDAR"u8.ToArray(), "invite.ics", "text/calendar; method=REQUEST")))).Expect(HttpStatusCode.Created).Json;
        var expected = new JsonArray(
            Shown(id, "invoice.pdf", "application/pdf", _invoice.Length), Shown(Uploads.IdOf("BEGIN:VCALENDAR"u8.ToArray()), "invite.ics", "text/calendar; method=REQUEST", 15));
        foreach (var shown in new[] { created, (await _api.GetAsync($"scheduled-emails/{created["id"]}")).Json, (await _api.ListAsync(Singles)).Single() })
            Assert.Equal(expected.ToJsonString(), shown["attachments"]!.ToJsonString());
        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf("BEGIN:VCALENDAR"u8.ToArray())}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_config_as_it_is_shown_can_be_saved_again_and_any_change_of_an_attachment_is_a_change()
    {
        var item = Api.Item("bill", Api.In(TimeSpan.FromHours(1)));
        item["html"] = "<img src=\"cid:logo\">";
        var logo = Uploads.Along([1, 2, 3], "logo.png", contentId: "logo");
        var dry = (await _api.PutAsync($"{Config}?dry_run=true", Api.Config(item.WithAttachments(Uploads.Along(_invoice, "invoice.pdf"), logo)))).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)dry["dry_run"]!);
        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf(_invoice)}")).Expect(HttpStatusCode.NotFound);
        (await _api.PutAsync(Config, Api.Config(item))).Expect(HttpStatusCode.OK);

        var shown = (await _api.GetAsync(Config)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(new JsonArray(Shown(Uploads.IdOf(_invoice), "invoice.pdf", "application/pdf", _invoice.Length), Shown(Uploads.IdOf([1, 2, 3]), "logo.png", "image/png", 3, "logo")).ToJsonString(), shown["emails"]![0]!["attachments"]!.ToJsonString());
        Assert.Equal((1, 1), await SavedAsync(shown));
        Assert.Equal((1, 1), await SavedAsync(Api.Config(item.WithAttachments(Uploads.ById(Uploads.IdOf(_invoice), "invoice.pdf"), (JsonObject)logo.DeepClone()))));
        Assert.Equal((2, 0), await SavedAsync(Api.Config(item.WithAttachments((JsonObject)logo.DeepClone(), Uploads.ById(Uploads.IdOf(_invoice), "invoice.pdf")))));
        Assert.Equal((3, 0), await SavedAsync(Api.Config(item.WithAttachments((JsonObject)logo.DeepClone(), Uploads.ById(Uploads.IdOf(_invoice), "bill.pdf")))));
        Assert.Equal((3, 1), await SavedAsync((await _api.GetAsync(Config)).Json));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_and_nothing_is_stored()
    {
        var emails = Api.Config(
            Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.Along([7, 7], "fine.bin"), Uploads.ById(Uploads.IdOf([8]), "gone.bin")),
            Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.Along([9], "..\\..\\x"), Uploads.Along([9], "run.exe"), Uploads.Along([9], "a.png", contentId: "logo")));
        foreach (var refused in new[] { await _api.PostAsync($"{Singles}/batch", emails), await _api.PutAsync(Config, Keyed(emails)) })
        {
            Assert.Equal("invalid_body", refused.Expect(HttpStatusCode.UnprocessableEntity).Code);
            Assert.Equal(
                ["/emails/0/attachments/1/id", "/emails/1/attachments/0/filename", "/emails/1/attachments/1/filename", "/emails/1/attachments/2/content_id"],
                refused.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        }

        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf([7, 7])}")).Expect(HttpStatusCode.NotFound);
        Assert.Empty(await _api.ListAsync(Singles));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_at_its_item()
    {
        var id = await _api.UploadedAsync(_client, new byte[20 * 1024 * 1024]);
        var refused = (await _api.PostAsync($"{Singles}/batch", Api.Config(Api.Item(null, Api.In(TimeSpan.FromHours(1))), Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.ById(id, "a.bin")))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("message_too_large", "/emails/1"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        Assert.Contains("26214400 bytes", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_sent_again_carries_the_same()
    {
        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "550 5.1.1 no such user");
        var failed = (await _api.PostAsync(Singles, Api.Item(null, Api.In(TimeSpan.Zero), to: $"nobody@{_client}.example").WithAttachments(Uploads.Along(_invoice, "invoice.pdf")))).Expect(HttpStatusCode.Created).Json;
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

    /// <summary>Zeroes, whose number nobody is told ahead.</summary>
    private sealed class Endless(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(_left, count);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
