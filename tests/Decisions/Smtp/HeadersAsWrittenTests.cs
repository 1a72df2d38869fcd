using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Mail.Messages;
using Mail.SenderService.Smtp.Settings;
using MimeKit;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>What a reader of the message reads is what was written, in lines that every server takes.</summary>
public sealed partial class HeadersAsWrittenTests
{
    private static readonly SmtpOptions _options = new() { FromEmail = "noreply@example.com", FromName = "Your App" };
    private static readonly OutgoingEmail _email = new(new() { To = ["ada@example.org"], Subject = "Welcome", Text = "Hello" })
    {
        Id = Guid.Parse("019ad5a2-7c00-7000-8000-000000000001"),
    };

    // Words of all sorts, long ones too; what looks like an encoded-word is meant as one.
    private static readonly Gen<string> _word = Gen.OneOf(
        Between('!', '~', 1, 12), Between('a', 'z', 60, 120), Between('!', '~', 1, 300), Between('À', 'ž', 1, 90),
        Gen.OneOf("größer", "über", "日本語のとても長い件名です", "👩‍👩‍👧‍👦", "🎉", "\u0301", "-"));

    private static readonly Gen<string> _text =
        Gen.Select(_word.Array[1, 8], Gen.OneOf(" ", " ", "  ", "\t", "   "), (words, white) => string.Join(white, words))
            .Where(text => !text.Contains("=?", StringComparison.Ordinal));

    [Fact]
    public void Any_subject_and_any_header_is_read_as_it_was_written() => _text.Sample(text =>
    {
        var bytes = Bytes(
            _email with { Subject = text, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign"] = text } });
        using var message = Read(bytes);
        Assert.Equal((text, text), (Decoded(bytes, "Subject"), Decoded(bytes, "X-Campaign")));
        Assert.Equal((text, text), (message.Subject, message.Headers["X-Campaign"]));
        AssertLines(bytes);
        if (Ascii.IsValid(text))
            Assert.Equal(text, Raw(bytes, "X-Campaign"));
    }, iter: 2000);

    [Fact]
    public void Any_name_is_read_as_it_was_written() => _text.Where(text => text.Length <= 900).Sample(text =>
    {
        var written =
            $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <ada@example.org>";
        var bytes = Bytes(_email with { To = [written, "ben@example.org", written], Cc = ["ben@example.org", written] });
        using var message = Read(bytes);
        Assert.Equal(
            [(text, "ada@example.org"), ("", "ben@example.org"), (text, "ada@example.org")],
            message.To.Mailboxes.Select(each => (each.Name ?? "", each.Address)));
        Assert.Equal(
            [("", "ben@example.org"), (text, "ada@example.org")], message.Cc.Mailboxes.Select(each => (each.Name ?? "", each.Address)));
        AssertLines(bytes);
    }, iter: 2000);

    [Theory]
    [InlineData("Support (Billing) <a@example.com>", "Support (Billing)")]
    [InlineData("\"Doe, Ada\" <a@example.com>", "Doe, Ada")]
    [InlineData("\"A \\\"Q\\\" B\" <a@example.com>", "A \"Q\" B")]
    [InlineData("Dr. Ada O'Neil <a@example.com>", "Dr. Ada O'Neil")]
    [InlineData("Jörg Müller <a@example.com>", "Jörg Müller")]
    [InlineData("Ada<a@example.com>", "Ada")]
    public void A_name_arrives_as_it_was_written(string written, string name)
    {
        using var message = Read(Bytes(_email with { To = [written] }));
        Assert.Equal((name, "a@example.com"), (message.To.Mailboxes.Single().Name, message.To.Mailboxes.Single().Address));
    }

    [Fact]
    public void JSON_stays_JSON_however_long()
    {
        var json = "{\"to\":[" + string.Join(", ", Enumerable.Range(0, 200).Select(number => $"\"customer-{number}@example.com\""))
            + "],\"category\":\"x\"}";
        var bytes = Bytes(_email with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-SMTPAPI"] = json } });
        Assert.Equal(json, Raw(bytes, "X-SMTPAPI"));
        AssertLines(bytes);
    }

    [Theory]
    [InlineData(986)]
    [InlineData(997)]
    public void A_stretch_without_white_space_fits_on_a_line_of_its_own(int length)
    {
        var bytes = Bytes(
            _email with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign"] = new string('x', length) } });
        Assert.Equal(new string('x', length), Raw(bytes, "X-Campaign"));
        AssertLines(bytes);
    }

    [Theory]
    [InlineData("\"ba..z\"@docomo.ne.jp")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("Ada <\"ba..z\"@docomo.ne.jp>")]
    public void A_quoted_local_part_stays_quoted(string written)
    {
        var address = written.Contains('<', StringComparison.Ordinal)
            ? written[(written.IndexOf('<', StringComparison.Ordinal) + 1)..^1]
            : written;
        Assert.Equal(address, Mailboxes.Recipients(_email with { To = [written] }).Single().Address);
        Assert.Contains(address, Raw(Bytes(_email with { To = [written] }), "To"), StringComparison.Ordinal);
    }

    private static Gen<string> Between(char first, char last, int least, int most) =>
        Gen.Char[first, last].Array[least, most].Select(characters => new string(characters));

    private static string Bytes(OutgoingEmail email)
    {
        using var message = MessageBuilder.Build(email, _options.From, new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));
        message.Prepare(EncodingConstraint.SevenBit, 998);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        message.WriteTo(format, stream, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static MimeMessage Read(string bytes) =>
        MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(bytes)), CancellationToken.None);

    /// <summary>A header's value, unfolded (RFC 5322, 2.2.3).</summary>
    private static string Raw(string bytes, string name)
    {
        var header = bytes[..bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var lines = header.Split("\r\n").SkipWhile(line => !line.StartsWith($"{name}:", StringComparison.Ordinal)).ToList();
        return string.Concat(
            [lines[0][(name.Length + 1)..], .. lines.Skip(1).TakeWhile(line => line.StartsWith(' ') || line.StartsWith('\t'))])[1..];
    }

    /// <summary>A header's value as RFC 2047, 6.2 has it read, and by no code of ours or of MimeKit's.</summary>
    private static string Decoded(string bytes, string name) =>
        Word().Replace(Gap().Replace(Raw(bytes, name), "?==?").TrimStart(), match => Encoding.UTF8.GetString(Octets(match)));

    private static byte[] Octets(Match word) => word.Groups["in"].Value == "b"
        ? Convert.FromBase64String(word.Groups["text"].Value)
        : Encoding.Latin1.GetBytes(Hex().Replace(
            word.Groups["text"].Value.Replace('_', ' '),
            hex => $"{(char)int.Parse(hex.Groups["octet"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}"));

    private static void AssertLines(string bytes)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        foreach (var line in bytes[..bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n"))
        {
            Assert.InRange(line.Length, 1, 998);
            Assert.NotEqual("", line.Trim());
            foreach (Match word in Word().Matches(line))
            {
                Assert.InRange(word.Length, 1, 75);
                Assert.InRange(line.Length, 1, 76);
                // Each has whole characters alone.
                _ = strict.GetString(Octets(word));
            }
        }
    }

    [GeneratedRegex(@"=\?utf-8\?(?<in>[bq])\?(?<text>[^? ]*)\?=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\?=[ \t]+=\?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Gap();

    [GeneratedRegex("=(?<octet>[0-9A-F]{2})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hex();
}
