using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.RealServers;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>What Postfix and Exim keep of an e-mail with attachments, as readers that nobody here wrote see it.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class RealServersAttachmentsTests(SenderlessSystem system, RealMailServers servers)
    : IClassFixture<RealMailServers>, IAsyncDisposable
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Theory]
    [InlineData("Postfix")]
    [InlineData("Exim")]
    [Long]
    public async Task Real_servers_keep_every_part_as_it_was(string name)
    {
        (string Name, string Type, byte[] Bytes)[] files =
        [
            ("Prüfbericht Q1.pdf", "application/pdf", RandomNumberGenerator.GetBytes(200_000)),
            ("한국어 (계약서) [최종].pdf", "application/pdf", RandomNumberGenerator.GetBytes(10)),
            ("list.csv", "text/csv", "a;b\r\n.\r\n1;2\r\n"u8.ToArray()),
            ("notes.txt", "text/plain", Encoding.UTF8.GetBytes("From here\n.\n.\nGrüße \n")),
            ("invite.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"u8.ToArray()),
        ];
        var server = name == "Postfix" ? servers.Postfix : servers.Exim;
        (string, string?)[] login = name == "Postfix"
            ? [("SMTP_AUTH", "none")]
            : [("SMTP_AUTH", null), ("SMTP_USER", RealMailServers.Login.User), ("SMTP_PASSWORD", RealMailServers.Login.Password)];
        var port = server.StartTlsPort.ToString(CultureInfo.InvariantCulture);
        await using var sender = await system.StartSenderAsync(
            ready: false,
            [
                ("SMTP_HOST", RealMailServer.Host), ("SMTP_PORT", port), ("SMTP_USE_TLS", "true"), ("SMTP_ALLOW_PLAINTEXT", null),
                ("SSL_CERT_FILE", servers.Authority), .. login,
            ]);
        var email = Api.Item(null, Api.In(TimeSpan.Zero), to: $"ada@{_client}.example");
        email["html"] = "<img src=cid:logo>";
        email.WithAttachments(
            [
                .. files.Select(file => Uploads.Along(file.Bytes, file.Name, file.Type)),
                Uploads.Along([1, 2, 3], "logo.png", contentId: "logo"),
            ]);
        var created = (await _api.PostAsync($"client/{_client}/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json;
        var sent = await _api.EmailAsync((string)created["id"]!, "sent", Deadline.Sweep);

        var kept = (await server.KeptAsync()).Single(kept => kept.MessageId == (string)sent["message_id"]!);
        foreach (var reader in new[] { "mailparser", "python" })
        {
            var parts = await ForeignReader.ReadAsync(reader, kept.Raw);
            foreach (var (filename, type, bytes) in files)
            {
                var part = parts.Single(part => part.Filename == filename);
                Assert.Equal(
                    (type.Split(';')[0], "attachment", Convert.ToHexStringLower(SHA256.HashData(bytes))),
                    (part.ContentType, part.Disposition, part.Sha256));
            }

            Assert.Equal(
                ("logo.png", "inline"),
                parts.Where(part => part.ContentId == "<logo>").Select(part => (part.Filename, part.Disposition)).Single());
        }
    }
}
