using System.Net;
using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace Mail.Tests.Decisions.Smtp.Attachments;

/// <summary>File names as the lines of a message say them (RFC 2231).</summary>
public sealed class AttachmentNamesTests
{
    public static TheoryData<string> LongNames =>
    [
        "Rechnung für die Geburtstagsfeier 🎂.pdf", string.Concat(Enumerable.Repeat("😀", 20)) + ".png",
        string.Concat(Enumerable.Repeat("😀", 251)) + ".png",
        .. Enumerable.Range(0, 12).Select(length => new string('ü', length) + string.Concat(Enumerable.Repeat("😀x", 40)) + ".png"),
    ];

    // For a server with SMTPUTF8 MimeKit writes headers anew.
    [Theory]
    [MemberData(nameof(LongNames))]
    public void No_line_has_a_part_of_a_character(string name)
    {
        foreach (var isForSmtpUtf8 in new[] { false, true })
        {
            var bytes = Bytes(name, isForSmtpUtf8);
            var lines = AttachedMessageTests.Lines(bytes).Where(line => line.StartsWith("\tfilename*", StringComparison.Ordinal)).ToList();
            Assert.InRange(lines.Count, 2, 99);
            Assert.All(lines, line =>
            {
                Assert.InRange(line.Length, 1, 78);
                Assert.DoesNotContain("%EF%BF%BD", line, StringComparison.Ordinal);
                Assert.True(Utf8.IsValid(Decoded(line)), line);
            });
            var part = Assert.Single(MimeMessage.Load(new MemoryStream(bytes)).Attachments);
            Assert.Equal((name, name), (part.ContentDisposition!.FileName, part.ContentType.Name));
        }
    }

    // An e-mail that is tried again after an upgrade has the bytes that it had before.
    [Theory]
    [InlineData("Prüfbericht Q1.pdf", "filename*=iso-8859-1''Pr%FCfbericht%20Q1.pdf\r\n")]
    [InlineData("😀🎉 party.png", "filename*=utf-8''%F0%9F%98%80%F0%9F%8E%89%20party.png\r\n")]
    [InlineData(
        "🎂xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf",
        "\tfilename*0*=utf-8''%F0%9F%8E%82xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;\r\n\tfilename*1=xxxxxxxxxxxxxxx.pdf\r\n")]
    public void What_MimeKit_writes_right_stays_as_it_was(string name, string written) =>
        Assert.Contains(written, Encoding.ASCII.GetString(Bytes(name, isForSmtpUtf8: false)), StringComparison.Ordinal);

    private static byte[] Bytes(string name, bool isForSmtpUtf8) => AttachedMessageTests.Bytes(
        AttachedMessageTests.Email("Hello", null, (name, "image/png", null, "bytes")), EncodingConstraint.EightBit, isForSmtpUtf8);

    private static byte[] Decoded(string line)
    {
        var value = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].TrimEnd(';').Replace("utf-8''", "", StringComparison.Ordinal);
        return WebUtility.UrlDecodeToBytes(Encoding.ASCII.GetBytes(value), 0, value.Length)!;
    }
}
