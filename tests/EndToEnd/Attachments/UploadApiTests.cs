using System.Net;
using System.Security.Cryptography;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>Uploads and downloads.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class UploadApiTests(SharedSystem system)
{
    private static readonly byte[] _invoice = "%PDF-1.7 an invoice"u8.ToArray();
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task What_is_uploaded_is_there_under_its_hash_and_once()
    {
        var first = (await _api.UploadAsync(_client, _invoice, "application/pdf")).Expect(HttpStatusCode.Created);
        Assert.Equal(
            (Uploads.IdOf(_invoice), (long)_invoice.Length, "application/pdf"),
            ((string)first.Json["id"]!, (long)first.Json["size"]!, (string)first.Json["content_type"]!));
        var expires = (DateTimeOffset)first.Json["expires_at"]!;
        Assert.InRange(
            expires, Api.In(TimeSpan.FromHours(72)) - TimeSpan.FromMinutes(1), Api.In(TimeSpan.FromHours(72)) + TimeSpan.FromMinutes(1));
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
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(system.Mail.ConfigServices[1].Address, $"/api/v1/client/{_client}/attachments/{id}"));
        request.Headers.Authorization = new("Bearer", MailSystem.OperatorKey);
        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "application/octet-stream", "attachment", "nosniff"), (
            answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.ToString(),
            answer.Headers.GetValues("X-Content-Type-Options").Single()));
        var received = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(received.AsSpan().SequenceEqual(bytes));
        var head = (await _api.SendAsync(HttpMethod.Head, $"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal(("application/octet-stream", ""), (head.ContentType, head.Text));
    }

    [Fact]
    public async Task What_can_not_be_taken_has_its_code()
    {
        Assert.Equal("empty_attachment", (await _api.UploadAsync(_client, [])).Expect(HttpStatusCode.UnprocessableEntity).Code);
        Assert.Equal(
            "attachment_too_large",
            (await _api.UploadAsync(_client, new byte[(25 * 1024 * 1024) + 1])).Expect(HttpStatusCode.RequestEntityTooLarge).Code);
        using var chunked = new StreamContent(new Endless(26 * 1024 * 1024));
        Assert.Equal(
            "attachment_too_large",
            (await _api.SendAsync(HttpMethod.Post, $"client/{_client}/attachments", chunked))
                .Expect(HttpStatusCode.RequestEntityTooLarge).Code);
        Assert.Equal(
            "unsupported_content_type",
            (await _api.UploadAsync(_client, [1], "multipart/form-data; boundary=x")).Expect(HttpStatusCode.UnprocessableEntity).Code);
        Assert.Equal(
            "unsupported_content_type",
            (await _api.UploadAsync(_client, [1], "text/csv; utf-8")).Expect(HttpStatusCode.UnprocessableEntity).Code);
        using var compressed = new ByteArrayContent([1]) { Headers = { { "Content-Encoding", "gzip" } } };
        Assert.Equal(
            "unsupported_content_encoding",
            (await _api.SendAsync(HttpMethod.Post, $"client/{_client}/attachments", compressed))
                .Expect(HttpStatusCode.UnsupportedMediaType).Code);
        foreach (var id in new[] { "sha256-x", Uploads.IdOf([1]), "1" })
        {
            Assert.Equal(
                "attachment_not_found", (await _api.GetAsync($"client/{_client}/attachments/{id}")).Expect(HttpStatusCode.NotFound).Code);
        }

        (await _api.SendAsync(HttpMethod.Head, $"client/{_client}/attachments/{Uploads.IdOf([1])}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_digest_is_checked_where_it_is_sent()
    {
        var digest = $"sha-512=:AAAA:, sha-256=:{Convert.ToBase64String(SHA256.HashData(_invoice))}:";
        (await _api.UploadAsync(_client, _invoice, null, ("Repr-Digest", digest))).Expect(HttpStatusCode.Created);
        foreach (var wrong in new[] { $"sha-256=:{Convert.ToBase64String(SHA256.HashData([1]))}:", "sha-256=abc", "sha-256=:x:" })
        {
            var refused = (await _api.UploadAsync(_client, "other"u8.ToArray(), null, ("Repr-Digest", wrong)))
                .Expect(HttpStatusCode.UnprocessableEntity);
            Assert.Equal(("digest_mismatch", "/Repr-Digest"), (refused.Code, refused.Json["errors"]!.AsObject().Single().Key));
        }

        (await _api.GetAsync($"client/{_client}/attachments/{Uploads.IdOf("other"u8.ToArray())}")).Expect(HttpStatusCode.NotFound);
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
