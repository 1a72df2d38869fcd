using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Every way of logging in, with the right password and with a wrong one: one attempt, and what the server said of it.</summary>
public sealed class LoginTests
{
    public static TheoryData<string, string> Mechanisms => new(
        from mechanism in new[] { "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256" }
        from security in new[] { SmtpSecurity.None, SmtpSecurity.Starttls }
        select (mechanism, security));

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task The_right_password_opens_the_connection(string mechanism, string security)
    {
        await using var server = Server(security).WithLogin("user@example.com", "secret", mechanism);
        await using var sender = To(server, security);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((1, 1), (server.Logins, server.Received.Count));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task A_wrong_password_blocks_the_sender_after_one_attempt(string mechanism, string security)
    {
        await using var server = Server(security).WithLogin("user@example.com", "another", mechanism);
        await using var sender = To(server, security);

        AssertRefused(await sender.SendAsync(Sender.Email()), "535 5.7.8 Username and Password not accepted");

        Assert.Equal((1, 0), (server.Logins, server.Count(Step.Mail)));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    public async Task The_servers_own_words_are_kept_whatever_the_mechanism(string mechanism)
    {
        // MailKit drops the text of a 534.
        await using var server = Server(SmtpSecurity.Starttls).WithLogin("user@example.com", "secret", mechanism)
            .But(Step.Auth, "534 5.7.9 Application-specific password required");
        await using var sender = To(server, SmtpSecurity.Starttls);

        AssertRefused(await sender.SendAsync(Sender.Email()), "534 5.7.9 Application-specific password required");
    }

    [Theory]
    [InlineData(SmtpSecurity.None, "SCRAM-SHA-256")]
    [InlineData(SmtpSecurity.Starttls, "PLAIN")]
    public async Task Of_several_mechanisms_one_is_tried_and_in_the_open_it_is_not_one_that_shows_the_password(
        string security, string chosen)
    {
        await using var server = Server(security).WithLogin("user@example.com", "another", "LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256");
        await using var sender = To(server, security);

        AssertRefused(await sender.SendAsync(Sender.Email()), "535 5.7.8 Username and Password not accepted");

        Assert.Equal([chosen], server.Tried);
    }

    [Theory]
    [InlineData(SmtpSecurity.None)]
    [InlineData(SmtpSecurity.Starttls)]
    public async Task A_server_that_offers_no_mechanism_that_is_spoken_blocks_the_sender_and_is_told_nothing(string security)
    {
        await using var server = Server(security).WithLogin("user@example.com", "secret", "XOAUTH2", "GSSAPI");
        await using var sender = To(server, security);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((SmtpStage.Auth, "login refused"), (blocked.Error.Stage, blocked.Reason));
        Assert.StartsWith(
            "The server takes a login by GSSAPI, XOAUTH2 only. Use an account that may log in with a user and a password",
            blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Empty(server.Tried);
    }

    [Fact]
    public async Task A_server_that_offers_no_login_in_the_open_is_told_nothing_and_the_hint_names_TLS()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = To(server, SmtpSecurity.None);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(
            (SmtpStage.Auth, "login refused", "auth.not-offered-in-the-open"),
            (blocked.Error.Stage, blocked.Reason, blocked.Error.Verdict));
        Assert.Contains("set SMTP_USE_TLS=true", blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Equal(0, server.Count(Step.Mail));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    public async Task Nobody_logs_in_over_plain_text_unless_that_is_allowed(string mechanism)
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "secret", mechanism);
        var options = new SmtpOptions
        {
            Host = ScriptedSmtp.Host,
            Port = server.Port,
            UseTls = false,
            User = "user@example.com",
            Password = "secret",
            FromEmail = "noreply@example.com",
        };
        await using var sender = new Sender(options);

        Assert.Equal(["SMTP_ALLOW_PLAINTEXT"], options.Missing());
        Assert.Equal("TLS refused", Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email())).Reason);

        Assert.Empty(server.Tried);
        Assert.Equal(0, server.Count(Step.Mail));
    }

    private static void AssertRefused(Outcome outcome, string reply)
    {
        var blocked = Assert.IsType<Outcome.SenderBlocked>(outcome);
        Assert.Equal((SmtpStage.Auth, reply, "login refused"), (blocked.Error.Stage, blocked.Error.Reply, blocked.Reason));
        Assert.StartsWith("Check SMTP_USER and SMTP_PASSWORD.", blocked.Error.Hint, StringComparison.Ordinal);
    }

    private static ScriptedSmtp Server(string security) =>
        security == SmtpSecurity.None ? ScriptedSmtp.Accepting() : ScriptedSmtp.Accepting().WithStartTls();

    private static Sender To(ScriptedSmtp server, string security) =>
        security == SmtpSecurity.None ? Sender.To(server, login: true) : Sender.Encrypted(server, security);
}
