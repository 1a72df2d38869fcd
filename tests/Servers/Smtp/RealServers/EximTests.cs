using Mail.Messages;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.RealServers;

namespace Mail.Tests.Servers.Smtp.RealServers;

/// <summary>Exim, a submission server that wants a login, each way of logging in on another port.</summary>
[Collection(RealServersTests.Name)]
public sealed class EximTests(RealMailServers servers)
{
    private readonly RealMailServer _exim = servers.Exim;

    public static TheoryData<string, string> Logins => new()
    {
        { SmtpSecurity.Starttls, "plain" }, { SmtpSecurity.Tls, "login" }, { SmtpSecurity.None, "cram_md5" }
    };

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task What_it_took_after_the_login_is_kept_once(string security, string mechanism)
    {
        var recipient = RealServersTests.NewRecipient();
        await using var sender = RealServersTests.To(_exim, security, RealMailServers.Login.Password);
        var email = Sender.Email("Hello\n.\nGrüße", recipient);

        var sent = Assert.IsType<Outcome.Sent>(await sender.SendAsync(email));

        Assert.StartsWith("250 OK id=", sent.Reply, StringComparison.Ordinal);
        var kept = Assert.Single(await _exim.KeptForAsync(recipient));
        Assert.Equal(MessageBuilder.MessageId(email.Id, "noreply@example.com"), kept.MessageId);
        Assert.EndsWith("Hello\r\n.\r\nGrüße\r\n", System.Text.Encoding.UTF8.GetString(kept.Raw), StringComparison.Ordinal);
        Assert.Contains(
            _exim.Log.Split('\n'),
            line => line.Contains($"A={mechanism}:{RealMailServers.Login.User}", StringComparison.Ordinal)
                && line.Contains(kept.MessageId[1..^1], StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task A_wrong_password_is_tried_once_over_all_connections_and_blocks_the_sender(string security, string mechanism)
    {
        var failed = $"{mechanism} authenticator failed";
        var before = Count(failed);
        var recipient = RealServersTests.NewRecipient();
        // It answers once all of them wait: who comes after the first was refused may try for itself.
        await using var proxy = TcpProxy.Before(
            System.Net.IPAddress.Parse(RealMailServer.Host), RealServersTests.PortOf(_exim, security));
        proxy.Stall();
        await using var sender = RealServersTests.To(_exim, security, "wrong", connections: 8, proxy.Port);

        var handOvers = Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email("Hello", recipient))).ToList();
        proxy.Restore();
        var outcomes = await Task.WhenAll(handOvers);

        Assert.All(outcomes, outcome =>
        {
            var blocked = Assert.IsType<Outcome.SenderBlocked>(outcome);
            Assert.Equal(
                (SmtpStage.Auth, "535 Incorrect authentication data", "login refused"),
                (blocked.Error.Stage, blocked.Error.Reply, blocked.Reason));
            Assert.Contains("Check SMTP_USER and SMTP_PASSWORD", blocked.Error.Hint, StringComparison.Ordinal);
        });
        // It writes its log after its reply.
        await Deadline.UntilAsync(() => Task.FromResult(Count(failed)), count => count > before);
        Assert.Equal(before + 1, Count(failed));
        Assert.Empty(await _exim.KeptForAsync(recipient));
    }

    [Fact]
    public async Task Without_a_login_it_takes_nothing_and_that_is_not_held_against_the_email()
    {
        var recipient = RealServersTests.NewRecipient();
        await using var sender = RealServersTests.To(_exim, SmtpSecurity.Starttls);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email("Hello", recipient)));

        Assert.Equal(
            (SmtpStage.RcptTo, "550 5.7.0 Authentication required", "login refused"),
            (blocked.Error.Stage, blocked.Error.Reply, blocked.Reason));
        Assert.Contains("leave SMTP_AUTH out", blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Empty(await _exim.KeptForAsync(recipient));
    }

    [Fact]
    public async Task Its_refusals_are_told_apart_by_stage_and_code()
    {
        await using var sender = RealServersTests.To(_exim, SmtpSecurity.Tls, RealMailServers.Login.Password);

        var later = Assert.IsType<Outcome.TryAgain>(await sender.SendAsync(Sender.Email("Hello", "ada@later.example")));
        var never = Assert.IsType<Outcome.Failed>(await sender.SendAsync(Sender.Email("Hello", "ada@refused.example")));
        var content = Assert.IsType<Outcome.Failed>(
            await sender.SendAsync(Sender.Email("Hello", "ada@example.com") with { Subject = "forbidden" }));

        Assert.Equal((SmtpStage.RcptTo, "451 4.2.0 come back later"), (later.Error.Stage, later.Error.Reply));
        Assert.Equal((SmtpStage.RcptTo, "550 5.7.1 not from here"), (never.Error.Stage, never.Error.Reply));
        Assert.Equal((SmtpStage.EndOfData, "550 5.7.1 no such subjects here"), (content.Error.Stage, content.Error.Reply));
        Assert.DoesNotContain(
            await _exim.KeptAsync(), kept => kept.To[0] is "ada@later.example" or "ada@refused.example" or "ada@example.com");
    }

    private int Count(string words) => _exim.Log.Split(words).Length - 1;
}
