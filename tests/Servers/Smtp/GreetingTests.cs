using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>What EHLO says, and what becomes of a server that does not like it.</summary>
public sealed class GreetingTests
{
    [Fact]
    public async Task EHLO_says_a_fully_qualified_name_or_an_address_literal()
    {
        var hello = await HelloAsync(null);

        Assert.True(
            hello.StartsWith("[127.", StringComparison.Ordinal) || (hello.Contains('.', StringComparison.Ordinal) && hello[0] != '['),
            hello);
    }

    [Theory]
    [InlineData("mail.example.com")]
    [InlineData("[192.0.2.1]")]
    [InlineData("[IPv6:2001:db8::1]")]
    public async Task EHLO_says_what_SMTP_EHLO_NAME_says(string name) => Assert.Equal(name, await HelloAsync(name));

    [Theory]
    [InlineData(Step.Ehlo, "501 5.5.4 Invalid domain name")]
    [InlineData(Step.Mail, "550 5.7.1 Helo command rejected: Access denied")]
    [InlineData(Step.Rcpt, "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname")]
    [InlineData(Step.Rcpt, "450 4.7.1 <vm>: Helo command rejected: Host not found")]
    public async Task A_refused_greeting_blocks_the_sender_and_names_the_setting(string step, string reply)
    {
        await using var server = ScriptedSmtp.Accepting().But(step, reply);
        await using var sender = Sender.To(server);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal("greeting refused", blocked.Reason);
        Assert.Contains("SMTP_EHLO_NAME", blocked.Error.Hint, StringComparison.Ordinal);
    }

    private static async Task<string> HelloAsync(string? name)
    {
        string? hello = null;
        await using var server = ScriptedSmtp.Accepting();
        server.But(Step.Mail, Reaction.Decide(visit =>
        {
            hello = visit.Hello;
            return null;
        }));
        await using var sender = new Sender(Sender.Plain(server, helloName: name));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        return hello!;
    }
}
