using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>No text ends its message early and begins another (CVE-2023-51764 and kin).</summary>
public sealed class SmugglingTests
{
    private const string Smuggled =
        "MAIL FROM:<eve@example.org>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nSmuggled.";

    public static TheoryData<string> Ends
    {
        get
        {
            string[] breaks = ["\r\n", "\r", "\n", "\r\r", "\n\r", "\r\r\n"];
            return [.. breaks.SelectMany(
                before => breaks, (before, after) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes($"{before}.{after}")))];
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_dot_between_any_two_line_breaks_stays_in_its_message(string hex)
    {
        var end = System.Text.Encoding.ASCII.GetString(Convert.FromHexString(hex));
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email($"Hello{end}{Smuggled}{end}Goodbye")));

        var received = Assert.Single(server.Received);
        Assert.Equal(1, server.Count(Step.Mail));
        Assert.Equal(Normal($"Hello{end}{Smuggled}{end}Goodbye") + "\r\n", received.Body);
        Assert.Equal(["ada@example.org"], received.To);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".\n.\n.\n")]
    [InlineData("a\n.b\n..c\n...\nd")]
    [InlineData("")]
    public async Task Dots_arrive_as_they_were_written(string text)
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email(text)));

        Assert.Equal(Normal(text).TrimEnd(), Assert.Single(server.Received).Body.TrimEnd());
    }

    [Fact]
    public async Task A_dot_at_every_place_of_a_write_arrives()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);

        // MailKit writes 4096 bytes at a time: the final dot falls on every place around that border.
        for (var length = 3600; length < 3760; length++)
        {
            Assert.IsType<Outcome.Sent>(await sender.SendAsync(
                Sender.Email(string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", length / 71)) + new string('.', length % 71))));
        }

        Assert.Equal(160, server.Received.Count);
        Assert.All(server.Received, email => Assert.EndsWith("\r\n", email.Text, StringComparison.Ordinal));
    }

    private static string Normal(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
}
