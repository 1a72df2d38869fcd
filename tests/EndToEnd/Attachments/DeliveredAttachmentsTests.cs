using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>What arrives is what was attached, as readers that nobody here wrote see it.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class DeliveredAttachmentsTests(SharedSystem system)
{
    private const string Calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    private static readonly byte[] _logo =
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Theory]
    [InlineData("mailparser")]
    [InlineData("python")]
    public async Task Every_part_has_its_bytes_name_type_disposition_and_content_id(string reader)
    {
        (string Name, string? Type, byte[] Bytes)[] files =
        [
            ("invoice.pdf", "application/pdf", RandomNumberGenerator.GetBytes(300_000)),
            ("Prüfbericht Q1.pdf", "application/pdf", [0, 13, 10, 46, 10, 13]),
            ("한국어 (계약서) [최종].pdf", "application/pdf", [1]),
            ("😀🎉 party.png", "image/png", _logo),
            ("Rechnung für die Geburtstagsfeier 🎂.pdf", "application/pdf", [3]),
            (string.Concat(Enumerable.Repeat("😀", 20)) + ".png", "image/png", [4]),
            ("עברית עם רווחים.txt", "text/plain", Encoding.UTF8.GetBytes("שלום\nעולם")),
            (string.Concat(Enumerable.Repeat("long ", 50)) + ".png", "image/png", [2]),
            ("a\"b;c%'=.csv", "text/csv", "a;b\r\n1;2\r\n"u8.ToArray()),
            ("lines.txt", "text/plain; charset=utf-8",
                Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(new string('x', 2000), 3)))),
            ("invite.ics", "text/calendar; method=REQUEST", Encoding.ASCII.GetBytes(Calendar)),
        ];
        var email = Api.Item(null, Api.In(TimeSpan.Zero), to: $"ada@{_client}.example");
        email["html"] = "<p>Hello <img src=\"cid:logo.1\">";
        email.WithAttachments(
            [
                .. files.Select(file => Uploads.Along(file.Bytes, file.Name, file.Type)),
                Uploads.Along(_logo, "logo.png", contentId: "logo.1"),
            ]);
        var message = await SentAsync(email);

        Assert.InRange(Encoding.Latin1.GetString(message.Raw).Split("\r\n").Max(line => line.Length), 1, 998);
        var parts = await ForeignReader.ReadAsync(reader, message.Raw);
        foreach (var (name, type, bytes) in files)
        {
            var part = parts.Single(part => part.Filename == name);
            Assert.Equal(
                (type!.Split(';')[0], "attachment", Convert.ToHexStringLower(SHA256.HashData(bytes))),
                (part.ContentType, part.Disposition, part.Sha256));
            Assert.Empty(part.Defects ?? []);
        }

        var logo = parts.Single(part => part.ContentId is not null);
        Assert.Equal(
            ("logo.png", "image/png", "inline", "<logo.1>", Convert.ToHexStringLower(SHA256.HashData(_logo))),
            (logo.Filename, logo.ContentType, logo.Disposition, logo.ContentId, logo.Sha256));
        // As an alternative to the text, too.
        Assert.Equal(
            2,
            parts.Count(part => part.ContentType == "text/calendar"
                && part.Sha256 == Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Calendar)))));
        if (reader == "python")
            Assert.All(parts.Where(part => part.ContentType == "text/calendar"), part => Assert.Equal("REQUEST", part.Method));
    }

    [Fact]
    public async Task The_bytes_are_the_same_at_every_attempt_but_for_the_date()
    {
        var recipient = $"later@{_client}.example";
        system.Mail.Smtp.ButFor(recipient, "451 4.3.0 try again", Step.Kept).Times(1);
        var email = Api.Item(null, Api.In(TimeSpan.Zero), to: recipient);
        email["html"] = "<img src=cid:logo>";
        email.WithAttachments(Uploads.Along(_logo, "logo.png", contentId: "logo"), Uploads.Along([1, 2, 3], "a.bin"));
        var created = (await _api.PostAsync($"client/{_client}/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json;
        var sent = await _api.EmailAsync((string)created["id"]!, "sent", Deadline.Sweep);
        Assert.Equal(2, (int)sent["attempts"]!);
        var first = system.Mail.Smtp.Received.Where(received => received.To.Contains(recipient)).ToList();
        Assert.All(first, received => Assert.Equal(Dateless(first[0]), Dateless(received)));
    }

    private static string Dateless(ReceivedEmail email) =>
        string.Join("\r\n", email.Text.Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)));

    private async Task<ReceivedEmail> SentAsync(JsonObject email)
    {
        var created = (await _api.PostAsync($"client/{_client}/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json;
        var sent = await _api.EmailAsync((string)created["id"]!, "sent");
        return system.Mail.Smtp.Received.Single(received => received.MessageId == (string)sent["message_id"]!);
    }
}
