using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>What is demanded is demanded: no fall-back to plain text, no login in the open, no certificate but the right one.</summary>
public sealed class EncryptionTests
{
    [Theory]
    [InlineData(SmtpSecurity.Starttls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task An_email_and_its_login_go_over_TLS(string security)
    {
        await using var server = Server(security).WithLogin("user@example.com", "secret");
        await using var sender = Sender.Encrypted(server, security);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(2, server.Received.Count);
        Assert.Equal(1, server.Count(Step.Handshake));
        Assert.Equal(1, server.Logins);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_neither_the_login_nor_the_email()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "secret");
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(SmtpStage.Tls, blocked.Error.Stage);
        Assert.StartsWith(
            "The server does not offer STARTTLS. For port 587 use SMTP_USE_TLS=true", blocked.Error.Hint, StringComparison.Ordinal);
        Assert.EndsWith(
            "For a local inbox or a relay without TLS set SMTP_USE_TLS=false and SMTP_ALLOW_PLAINTEXT=true.", blocked.Error.Hint,
            StringComparison.Ordinal);
        AssertNothingWasSaid(server);
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available", "TLS refused")]
    [InlineData("421 4.3.2 closing", "server not available")]
    [InlineData("502 5.5.1 what", "TLS refused")]
    public async Task A_refused_STARTTLS_is_not_followed_by_plain_text(string reply, string reason)
    {
        await using var server = Server(SmtpSecurity.Starttls).But(Step.StartTls, reply);
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((SmtpStage.Tls, reply, reason), (blocked.Error.Stage, blocked.Error.Reply, blocked.Reason));
        AssertNothingWasSaid(server);
    }

    public static TheoryData<string, string> BrokenHandshakes => new()
    {
        { SmtpSecurity.Starttls, "stall" }, { SmtpSecurity.Starttls, "drop" }, { SmtpSecurity.Starttls, "reset" },
        { SmtpSecurity.Starttls, "garbage" },
        { SmtpSecurity.Tls, "stall" }, { SmtpSecurity.Tls, "drop" }, { SmtpSecurity.Tls, "reset" }, { SmtpSecurity.Tls, "garbage" }
    };

    [Theory]
    [MemberData(nameof(BrokenHandshakes))]
    public async Task A_broken_handshake_blocks_the_sender_at_the_TLS_stage(string security, string how)
    {
        await using var server = Server(security).But(
            Step.Handshake,
            how switch { "stall" => Reaction.Stall, "drop" => Reaction.Drop, "reset" => Reaction.Reset, _ => Reaction.Garbage });
        await using var sender = Sender.Encrypted(server, security, timeoutSeconds: how == "stall" ? 2 : 30);

        var attempt = await sender.HandOverAsync(Sender.Email());

        Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options));
        Assert.Equal(SmtpStage.Tls, attempt.Stage);
        Assert.Null(attempt.Reply);
        Assert.Equal(how == "stall", attempt.TimedOut);
        AssertNothingWasSaid(server);
    }

    public static TheoryData<string, string, string> WrongCertificates => new()
    {
        { SmtpSecurity.Starttls, "other host", "it is for another host (CN=mail.example)" },
        { SmtpSecurity.Tls, "other host", "it is for another host (CN=mail.example)" },
        { SmtpSecurity.Starttls, "expired", "certificate" },
        { SmtpSecurity.Tls, "expired", "certificate" }
    };

    [Theory]
    [MemberData(nameof(WrongCertificates))]
    public async Task A_wrong_certificate_is_refused_and_the_hint_says_what_to_do(string security, string which, string why)
    {
        await using var server = Server(security, which == "expired" ? TestCertificate.Expired : TestCertificate.OtherHost);
        await using var sender = Sender.Encrypted(server, security);

        var attempt = await sender.HandOverAsync(Sender.Email());
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options));

        Assert.Equal(
            (SmtpStage.Tls, SmtpFault.CertificateRefused, "certificate not valid"), (attempt.Stage, attempt.Fault, blocked.Reason));
        Assert.Contains(why, blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", blocked.Error.Hint, StringComparison.Ordinal);
        AssertNothingWasSaid(server);
    }

    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_refused()
    {
        await using var server = Server(SmtpSecurity.Starttls);
        var options = Sender.Encrypted(server, SmtpSecurity.Starttls).Options;
        await using var connections = new SmtpConnections(options, TimeProvider.System);

        var attempt = await connections.ProbeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(SmtpFault.CertificateRefused, attempt.Fault);
        AssertNothingWasSaid(server);
    }

    [Fact]
    public async Task STARTTLS_on_a_port_that_speaks_TLS_from_the_first_byte_times_out_and_the_hint_names_the_setting()
    {
        await using var server = Server(SmtpSecurity.Tls);
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls, timeoutSeconds: 2);

        var attempt = await sender.HandOverAsync(Sender.Email());

        Assert.Equal((SmtpStage.Connect, true), (attempt.Stage, attempt.TimedOut));
        AssertNothingWasSaid(server);
    }

    [Fact]
    public async Task What_was_said_in_the_open_before_TLS_is_forgotten()
    {
        // Injected by somebody on the way: a reply that would be taken for one from within TLS (CVE-2011-0411).
        await using var server = Server(SmtpSecurity.Starttls).WithLogin("user@example.com", "secret");
        server.But(Step.StartTls, Reaction.ReplyAndGoOn("220 2.0.0 go ahead\r\n250-injected\r\n250 AUTH PLAIN"));
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls);

        var outcome = await sender.SendAsync(Sender.Email());

        // The handshake reads the injected bytes as TLS, and fails; were they dropped it would succeed. Neither is a login in the open.
        Assert.IsNotType<Outcome.Failed>(outcome);
        Assert.True(outcome is Outcome.Sent || server.Logins == 0);
    }

    private static ScriptedSmtp Server(string security, X509Certificate2? certificate = null) =>
        security == SmtpSecurity.Tls ? ScriptedSmtp.Accepting().WithTls(certificate) : ScriptedSmtp.Accepting().WithStartTls(certificate);

    private static void AssertNothingWasSaid(ScriptedSmtp server)
    {
        Assert.Equal(0, server.Logins);
        Assert.Equal(0, server.Count(Step.Mail));
        Assert.Empty(server.Received);
    }
}
