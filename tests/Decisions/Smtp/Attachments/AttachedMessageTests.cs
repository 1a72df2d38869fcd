using System.Text;
using Mail.Messages;
using Mail.SenderService.Smtp.Settings;
using Mail.Store;
using MimeKit;

namespace Mail.Tests.Decisions.Smtp.Attachments;

/// <summary>The message of an e-mail with attachments.</summary>
public sealed class AttachedMessageTests
{
    private const string Calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    private static readonly SmtpOptions _smtp = new() { FromEmail = "noreply@example.com", FromName = "Your App" };
    private static readonly DateTimeOffset _date = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Guid _id = Guid.Parse("019ad5a2-7c00-7000-8000-000000000001");

    public static TheoryData<string> Names =>
    [
        "invoice.pdf", "Prüfbericht Q1.pdf", "한국어 (계약서) [최종].pdf", "😀🎉 party.png", "עברית עם רווחים.pdf", "a\"b;c%'*=.txt",
        "50% off, 'really'.txt", "it is \\ no path.txt", string.Concat(Enumerable.Repeat("long ", 50)) + ".png",
        new string('x', 251) + ".pdf", new string('한', 251) + ".pdf", "Rechnung für die Geburtstagsfeier 🎂.pdf",
        string.Concat(Enumerable.Repeat("😀", 20)) + ".png",
    ];

    [Fact]
    public void Mixed_is_around_alternative_and_related_around_the_HTML_alone()
    {
        var message = Message(
            "Hello", "<img src=cid:logo>", ("invoice.pdf", "application/pdf", null, "%PDF"), ("logo.png", "image/png", "logo", "PNG"));
        Assert.Equal("mixed(alternative(plain related(html png)) pdf)", Shape(message.Body));
        Assert.Equal(
            "alternative(plain related(html png))",
            Shape(Message("Hello", "<img src=cid:logo>", ("logo.png", "image/png", "logo", "PNG")).Body));
        Assert.Equal("related(html png)", Shape(Message(null, "<img src=cid:logo>", ("logo.png", "image/png", "logo", "PNG")).Body));
        Assert.Equal("mixed(plain pdf)", Shape(Message("Hello", null, ("invoice.pdf", "application/pdf", null, "%PDF")).Body));
        Assert.Equal("mixed(html pdf)", Shape(Message(null, "<p>", ("invoice.pdf", "application/pdf", null, "%PDF")).Body));
    }

    [Fact]
    public void An_invitation_is_an_alternative_to_the_text_and_an_attachment()
    {
        var message = Message("Hello", "<p>Hello", ("invite.ics", "text/calendar; method=REQUEST", null, Calendar));
        Assert.Equal("mixed(alternative(plain html calendar) calendar)", Shape(message.Body));
        var parts = message.BodyParts.OfType<MimePart>().Where(part => part.ContentType.IsMimeType("text", "calendar")).ToList();
        Assert.All(parts, part =>
            Assert.Equal(("REQUEST", "utf-8", Calendar), (part.ContentType.Parameters["method"], part.ContentType.Charset, Text(part))));
        Assert.Equal([null, "attachment"], parts.Select(part => part.ContentDisposition?.Disposition));
        Assert.Equal([null, "invite.ics"], parts.Select(part => part.FileName));
        Assert.Equal("mixed(plain calendar)", Shape(Message("Hello", null, ("meeting.ics", "text/calendar", null, Calendar)).Body));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_arrive_and_no_line_is_long(string name)
    {
        var bytes = Bytes("Hello", null, (name, "application/octet-stream", null, "bytes"));
        Assert.InRange(Lines(bytes).Max(line => line.Length), 1, 998);
        Assert.InRange(Lines(bytes).TakeWhile(line => line != "--").Max(line => line.Length), 1, 80);
        Assert.True(Ascii.IsValid(bytes));
        var part = Assert.Single(MimeMessage.Load(new MemoryStream(bytes)).Attachments);
        Assert.Equal((name, name), (part.ContentDisposition!.FileName, part.ContentType.Name));
    }

    // Earlier versions took types that the message can't have.
    [Theory]
    [InlineData("text/csv; utf-8", "text/csv")]
    [InlineData("x.y/csv; charset=utf-8", "application/octet-stream")]
    public void A_type_that_can_not_be_written_holds_no_file_back(string type, string written)
    {
        var part = Assert.Single(Message("Hello", null, ("a.csv", type, null, "a;b")).Attachments);
        Assert.Equal((written, "a.csv"), (part.ContentType.MimeType, part.ContentDisposition!.FileName));
    }

    [Theory]
    [InlineData("text/plain", "Hello\r\nAda\r\n", ContentEncoding.SevenBit)]
    [InlineData("text/csv", "a;b", ContentEncoding.SevenBit)]
    [InlineData("text/plain", "Hello\nAda\n", ContentEncoding.Base64)]
    [InlineData("text/plain", "Hello\rAda", ContentEncoding.Base64)]
    [InlineData("text/plain", "Grüße\r\n", ContentEncoding.Base64)]
    [InlineData("text/plain", "From me\r\n", ContentEncoding.Base64)]
    [InlineData("text/plain", "blank \r\n", ContentEncoding.Base64)]
    [InlineData("text/plain", "a\u0000b", ContentEncoding.Base64)]
    [InlineData("application/pdf", "%PDF", ContentEncoding.Base64)]
    public void Bytes_arrive_as_they_are_and_texts_readable_where_they_can(string type, string content, ContentEncoding encoding)
    {
        foreach (var constraint in new[] { EncodingConstraint.SevenBit, EncodingConstraint.EightBit })
        {
            var part = Assert.IsType<MimePart>(
                Assert.Single(
                    MimeMessage.Load(new MemoryStream(Bytes("Hello", null, constraint, ("a.txt", type, null, content)))).Attachments),
                exactMatch: false);
            Assert.Equal((encoding, content), (part.ContentTransferEncoding, Text(part)));
        }
    }

    [Fact]
    public void An_inline_part_has_its_content_id_and_is_inline()
    {
        var message = Message(null, "<img src=cid:logo>", ("logo.png", "image/png", "logo", "PNG"));
        var part = message.BodyParts.OfType<MimePart>().Single(part => part.ContentId is not null);
        Assert.Equal(("logo", "inline", "logo.png"), (part.ContentId, part.ContentDisposition!.Disposition, part.FileName));
        Assert.Contains(
            "Content-ID: <logo>\r\n", Encoding.ASCII.GetString(Bytes(null, "<img src=cid:logo>", ("logo.png", "image/png", "logo", "PNG"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_email_has_the_same_bytes_at_each_attempt()
    {
        (string, string, string?, string)[] files =
        [
            ("invite.ics", "text/calendar; method=REQUEST", null, Calendar), ("logo.png", "image/png", "logo", new string('x', 100_000)),
        ];
        Assert.Equal(Bytes("Hello", "<img src=cid:logo>", files), Bytes("Hello", "<img src=cid:logo>", files));
    }

    [Fact]
    public void A_message_is_never_larger_than_was_said_when_it_was_saved()
    {
        foreach (var name in Names.Select(row => row.Data))
        {
            var email = Email(
                "Grüße, ", "<img src=cid:logo>" + new string('ü', 5000), (name, "application/octet-stream", null, new string('x', 100_000)),
                ("logo.png", "image/png", "logo", "PNG"), ("i.ics", "text/calendar; method=REQUEST", null, Calendar));
            var size = Bytes(email, EncodingConstraint.SevenBit).Length;
            Assert.InRange(size, 1, MessageSize.AtMost(email));
            Assert.InRange(size / (double)MessageSize.AtMost(email), 0.8, 1);
        }
    }

    private static string Shape(MimeEntity? entity) =>
        entity is Multipart several
            ? $"{several.ContentType.MediaSubtype}({string.Join(' ', several.Select(Shape))})"
            : entity!.ContentType.MediaSubtype;

    internal static string[] Lines(byte[] bytes) => Encoding.ASCII.GetString(bytes).Split("\r\n");

    private static string Text(MimePart part)
    {
        using var text = new MemoryStream();
        part.Content!.DecodeTo(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static MimeMessage Message(
        string? text, string? html, params (string Name, string Type, string? ContentId, string Content)[] files) =>
        MimeMessage.Load(new MemoryStream(Bytes(text, html, files)));

    private static byte[] Bytes(string? text, string? html, params (string Name, string Type, string? ContentId, string Content)[] files) =>
        Bytes(text, html, EncodingConstraint.EightBit, files);

    private static byte[] Bytes(
        string? text, string? html, EncodingConstraint constraint,
        params (string Name, string Type, string? ContentId, string Content)[] files) =>
        Bytes(Email(text, html, files), constraint);

    internal static byte[] Bytes(OutgoingEmail email, EncodingConstraint constraint, bool isForSmtpUtf8 = false)
    {
        using var message = MessageBuilder.Build(email, _smtp.From, _date);
        message.Prepare(constraint, HeaderLines.MaxLine);
        using var bytes = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = isForSmtpUtf8;
        message.WriteTo(format, bytes);
        return bytes.ToArray();
    }

    internal static OutgoingEmail Email(
        string? text, string? html, params (string Name, string Type, string? ContentId, string Content)[] files)
    {
        var attachments = files.Select(file =>
            new Attachment(IdOf(file.Content).ToString(), file.Name, file.Type, Encoding.UTF8.GetByteCount(file.Content), file.ContentId))
            .ToList();
        return new(new() { To = ["ada@example.org"], Subject = "Hello", Text = text, Html = html, Attachments = attachments })
        {
            Id = _id,
            Files = files.DistinctBy(file => file.Content)
                .ToDictionary(file => IdOf(file.Content), file => EncodedFile.From(Encoding.UTF8.GetBytes(file.Content))),
        };
    }

    private static AttachmentId IdOf(string content) => AttachmentId.Compute(Encoding.UTF8.GetBytes(content));
}
