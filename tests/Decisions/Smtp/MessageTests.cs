using System.Text;
using Mail.Messages;
using Mail.SenderService.Smtp.Settings;
using MimeKit;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>The message, byte for byte.</summary>
public sealed class MessageTests
{
    private static readonly DateTimeOffset _date = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly SmtpOptions _options = new() { FromEmail = "noreply@example.com", FromName = "Your App" };
    private static readonly OutgoingEmail _email = new(
        new() { To = ["Ada Lovelace <ada@example.org>"], Subject = "Welcome", Text = "Hello Ada" })
    {
        Id = Guid.Parse("019ad5a2-7c00-7000-8000-000000000001"),
    };

    [Fact]
    public void Text_alone() => AssertBytes("""
        From: Your App <noreply@example.com>
        Date: Tue, 01 Dec 2026 08:00:00 +0000
        Subject: Welcome
        Message-Id: <019ad5a2-7c00-7000-8000-000000000001@example.com>
        To: Ada Lovelace <ada@example.org>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        Hello Ada

        """, _email);

    [Fact]
    public void HTML_alone() => AssertBytes("""
        From: Your App <noreply@example.com>
        Date: Tue, 01 Dec 2026 08:00:00 +0000
        Subject: Welcome
        Message-Id: <019ad5a2-7c00-7000-8000-000000000001@example.com>
        To: Ada Lovelace <ada@example.org>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        <p>Hello Ada</p>

        """, _email with { Text = null, Html = "<p>Hello Ada</p>" });

    private static readonly OutgoingEmail _whole = _email with
    {
        Cc = ["c@example.org"],
        Bcc = ["hidden@example.org"],
        ReplyTo = ["Help <help@example.com>"],
        Subject = "Grüße aus Zürich",
        Text = "Grüße aus Zürich, wo heute die Sonne scheint. Bis bald!",
        Html = "<p>Grüße aus Zürich, wo heute die Sonne scheint. Bis bald!</p>",
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign"] = "spring" }
    };

    [Fact]
    public void Text_and_HTML_in_8bit() => AssertBytes("""
        From: Your App <noreply@example.com>
        Date: Tue, 01 Dec 2026 08:00:00 +0000
        Subject: =?utf-8?b?R3LDvMOfZSBhdXMgWsO8cmljaA==?=
        Message-Id: <019ad5a2-7c00-7000-8000-000000000001@example.com>
        Reply-To: Help <help@example.com>
        To: Ada Lovelace <ada@example.org>
        Cc: c@example.org
        Auto-Submitted: auto-generated
        X-Campaign: spring
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
        	boundary="=_019ad5a27c0070008000000000000001"

        --=_019ad5a27c0070008000000000000001
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße aus Zürich, wo heute die Sonne scheint. Bis bald!

        --=_019ad5a27c0070008000000000000001
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: 8bit

        <p>Grüße aus Zürich, wo heute die Sonne scheint. Bis bald!</p>

        --=_019ad5a27c0070008000000000000001--

        """, _whole, EncodingConstraint.EightBit);

    [Fact]
    public void Text_and_HTML_in_7bit() => AssertBytes("""
        From: Your App <noreply@example.com>
        Date: Tue, 01 Dec 2026 08:00:00 +0000
        Subject: =?utf-8?b?R3LDvMOfZSBhdXMgWsO8cmljaA==?=
        Message-Id: <019ad5a2-7c00-7000-8000-000000000001@example.com>
        Reply-To: Help <help@example.com>
        To: Ada Lovelace <ada@example.org>
        Cc: c@example.org
        Auto-Submitted: auto-generated
        X-Campaign: spring
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
        	boundary="=_019ad5a27c0070008000000000000001"

        --=_019ad5a27c0070008000000000000001
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Gr=C3=BC=C3=9Fe aus Z=C3=BCrich, wo heute die Sonne scheint. Bis bald!

        --=_019ad5a27c0070008000000000000001
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <p>Gr=C3=BC=C3=9Fe aus Z=C3=BCrich, wo heute die Sonne scheint. Bis bald!</=
        p>

        --=_019ad5a27c0070008000000000000001--

        """, _whole);

    [Fact]
    public void A_sender_without_a_name_is_a_bare_address() =>
        Assert.StartsWith(
            "From: noreply@example.com\r\n", Bytes(MessageBuilder.Build(_email, new("noreply@example.com", ""), _date)),
            StringComparison.Ordinal);

    [Fact]
    public void Names_beyond_ASCII_are_encoded_and_IDN_domains_punycoded()
    {
        var email = _email with { To = ["Jörg <jörg.m@example.org>", "ada@bücher.example"] };
        var bytes = Bytes(MessageBuilder.Build(email, _options.From, _date));

        Assert.Contains("=?utf-8?", bytes, StringComparison.Ordinal);
        Assert.Contains("ada@xn--bcher-kva.example", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void Building_twice_gives_the_same_bytes() =>
        Assert.Equal(Bytes(MessageBuilder.Build(_whole, _options.From, _date)), Bytes(MessageBuilder.Build(_whole, _options.From, _date)));

    [Theory]
    [InlineData("noreply@example.com", "<019ad5a2-7c00-7000-8000-000000000001@example.com>")]
    [InlineData("noreply@bücher.example", "<019ad5a2-7c00-7000-8000-000000000001@xn--bcher-kva.example>")]
    [InlineData("\"a@b\"@example.com", "<019ad5a2-7c00-7000-8000-000000000001@example.com>")]
    public void The_Message_ID_is_the_emails_id_at_the_senders_domain(string from, string expected)
    {
        Assert.Equal(expected, MessageBuilder.MessageId(_email.Id, from));
        Assert.Contains(
            $"Message-Id: {expected}\r\n", Bytes(MessageBuilder.Build(_email, new(from, ""), _date)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spring\r\nBcc: eve@example.org")]
    [InlineData("spring\nBcc: eve@example.org")]
    [InlineData("spring\rBcc: eve@example.org")]
    [InlineData("spring\r\n\r\nBody")]
    [InlineData("spring\0")]
    public void No_value_of_a_header_begins_another_one(string value)
    {
        var injected = _email with
        {
            Subject = value,
            To = ["\"" + value.Replace("\0", "", StringComparison.Ordinal) + "\" <ada@example.org>"],
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign"] = value }
        };

        var bytes = Bytes(MessageBuilder.Build(injected, new("noreply@example.com", value), _date));

        var fields = bytes[..bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal)]
            .Replace("\r\n\t", " ", StringComparison.Ordinal).Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal(
            "From Date Subject Message-Id To Auto-Submitted X-Campaign MIME-Version Content-Type",
            string.Join(' ', fields.Select(field => field.Split(':')[0])));
        AssertClean(bytes);
    }

    [Theory]
    [InlineData("From")]
    [InlineData("bcc")]
    [InlineData("MESSAGE-ID")]
    [InlineData("Content-Type")]
    [InlineData("DKIM-Signature")]
    [InlineData("ARC-Seal")]
    public void A_header_that_the_system_sets_itself_is_not_taken_from_the_email(string name) =>
        Assert.Equal(
            Bytes(MessageBuilder.Build(_email, _options.From, _date)),
            Bytes(MessageBuilder.Build(
                _email with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = "evil" } }, _options.From,
                _date)));

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb\r\nc\rd\r\r\n\n")]
    [InlineData("\r.\r\n")]
    [InlineData("a\0b\rc")]
    [InlineData("lone \ud800 surrogate\r")]
    public void No_bare_CR_or_LF_leaves(string text)
    {
        foreach (var constraint in new[] { EncodingConstraint.SevenBit, EncodingConstraint.EightBit })
        {
            AssertClean(Bytes(MessageBuilder.Build(_email with { Text = text }, _options.From, _date), constraint));
            AssertClean(Bytes(MessageBuilder.Build(_email with { Text = text, Html = text }, _options.From, _date), constraint));
        }
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("a@example.org, b@example.org")]
    [InlineData("group: a@example.org;")]
    public void What_is_no_address_is_refused(string address) =>
        Assert.Throws<FormatException>(() => MessageBuilder.Build(_email with { To = [address] }, _options.From, _date));

    private static void AssertBytes(string expected, OutgoingEmail email, EncodingConstraint constraint = EncodingConstraint.SevenBit) =>
        Assert.Equal(expected.ReplaceLineEndings("\r\n"), Bytes(MessageBuilder.Build(email, _options.From, _date), constraint));

    private static void AssertClean(string bytes) =>
        Assert.DoesNotContain(bytes.Replace("\r\n", "", StringComparison.Ordinal), character => character is '\r' or '\n');

    // As MailKit writes it to a server that offers 8BITMIME, or does not.
    private static string Bytes(MimeMessage message, EncodingConstraint constraint = EncodingConstraint.SevenBit)
    {
        using var _ = message;
        message.Prepare(constraint, 998);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        using var stream = new MemoryStream();
        message.WriteTo(format, stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
