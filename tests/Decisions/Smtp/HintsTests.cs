using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>The guide's hints, where they belong.</summary>
public sealed class HintsTests
{
    private static readonly DeliveryAttempt _login =
        new(SmtpStage.Auth) { Fault = SmtpFault.LoginRefused, ReplyCode = 535, Reply = "535 5.7.8 Username and Password not accepted" };
    private static readonly DeliveryAttempt _late = new(SmtpStage.Connect) { Fault = SmtpFault.TimedOut, Error = "no answer in time" };

    [Theory]
    [InlineData(534)]
    [InlineData(535)]
    public void Gmail_wants_an_App_Password(int code) =>
        Assert.Equal(
            "Gmail: use an App Password (https://support.google.com/accounts/answer/185833), not the account's password; SMTP_USER is the "
            + "Gmail address.",
            Hint(_login with { ReplyCode = code }, new() { Host = "smtp.gmail.com" }));

    [Fact]
    public void Elsewhere_a_refused_login_points_at_user_and_password() =>
        Assert.Equal(
            "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.",
            Hint(_login, new() { Host = "smtp.hostinger.com" }));

    [Theory]
    [InlineData("smtp.sendgrid.net", "you@example.com", "SendGrid: SMTP_USER is the word apikey, and SMTP_PASSWORD an API key.")]
    [InlineData("smtp.sendgrid.net", "apikey", "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password")]
    [InlineData("SMTP.resend.com", "you@example.com", "Resend: SMTP_USER is the word resend, and SMTP_PASSWORD an API key.")]
    [InlineData("smtp.resend.com", "resend", "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password")]
    [InlineData(
        "email-smtp.eu-west-1.amazonaws.com", "an-access-key",
        "Amazon SES: SMTP_USER and SMTP_PASSWORD are SMTP credentials of SES, made for this region, and not an access key.")]
    [InlineData("smtp.mail.eu-west-1.awsapps.com", "you@example.com", "Check SMTP_USER and SMTP_PASSWORD. Some providers want")]
    public void Where_a_provider_has_its_own_user_or_password_a_refused_login_says_which(string host, string user, string hint) =>
        Assert.StartsWith(hint, Hint(_login, new() { Host = host, User = user }), StringComparison.Ordinal);

    [Fact]
    public void A_server_that_offers_no_login_in_plain_text_may_offer_one_over_TLS()
    {
        var attempt = new DeliveryAttempt(SmtpStage.Auth) { Fault = SmtpFault.LoginNotOffered, Error = "the server offers no login" };

        Assert.Equal(
            "The server offers no login. Providers offer a login over encrypted connections only: set SMTP_USE_TLS=true. For a local "
            + "inbox, or a relay that needs no login, set SMTP_AUTH=none.",
            Hint(attempt, new() { UseTls = false, AllowPlaintext = true }));
        Assert.Equal(
            "The server offers no login. Check SMTP_PORT, or set SMTP_AUTH=none if this server needs no login.", Hint(attempt, new()));
    }

    [Theory]
    [InlineData(530, "530 5.7.0 Must issue a STARTTLS command first")]
    [InlineData(538, "538 5.7.0 Encryption required for requested authentication mechanism")]
    public void A_server_that_wants_encryption_first_is_not_taken_for_one_that_refuses_the_login(int code, string reply)
    {
        foreach (var host in (string[])["smtp.gmail.com", "smtp.example.com"])
        {
            var options = new SmtpOptions { Host = host, UseTls = false, AllowPlaintext = true };

            foreach (var attempt in (DeliveryAttempt[])[_login, new(SmtpStage.MailFrom)])
            {
                Assert.Equal(
                    "The server takes e-mail over encrypted connections only: set SMTP_USE_TLS=true.",
                    Hint(attempt with { ReplyCode = code, Reply = reply }, options));
            }
        }
    }

    [Fact]
    public void A_server_that_wants_a_login_from_a_sender_without_one_says_so() =>
        Assert.StartsWith(
            "This server wants a login: set SMTP_USER",
            Hint(new(SmtpStage.MailFrom) { ReplyCode = 530, Reply = "530 5.7.0 no" }, new() { Auth = "none" }), StringComparison.Ordinal);

    [Fact]
    public void Where_587_times_out_465_is_worth_a_try() =>
        Assert.Equal(
            "No answer in time. Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465 with SMTP_USE_TLS=false, and check that the "
            + "firewall lets outbound SMTP through.",
            Hint(_late, new()));

    [Fact]
    public void Where_465_times_out_465_is_not_proposed() =>
        Assert.Equal(
            "No answer in time. Set SMTP_TIMEOUT=60, and check that the firewall lets outbound SMTP through.",
            Hint(_late, new() { Port = 465, UseTls = false }));

    [Fact]
    public void STARTTLS_on_port_465_is_the_wrong_setting() =>
        Assert.Equal(
            "No answer in time. Port 465 is encrypted from the first byte: set SMTP_USE_TLS=false.",
            Hint(_late, new() { Port = 465, UseTls = true }));

    [Theory]
    [InlineData(443, true)]
    [InlineData(2465, true)]
    [InlineData(8465, true)]
    [InlineData(2465, false)]
    public void TLS_from_the_first_byte_on_another_port_than_465_is_named_with_what_to_set(int port, bool useTls)
    {
        foreach (var fault in (SmtpFault[])[SmtpFault.TimedOut, SmtpFault.Dropped, SmtpFault.Garbage])
        {
            Assert.Equal(
                "No answer in time. Providers speak TLS from the first byte at this port, and this sender does so at port 465 alone: set "
                + "SMTP_PORT=465 and SMTP_USE_TLS=false. Or use a port with STARTTLS, 587 (also 2587 or 2525, if the provider has it), and "
                + "leave SMTP_USE_TLS out.",
                Hint(_late with { Fault = fault }, new() { Port = port, UseTls = useTls, AllowPlaintext = !useTls }));
        }
    }

    [Fact]
    public void Without_STARTTLS_both_ways_are_named_another_port_and_for_a_local_inbox_plain_text() =>
        Assert.Equal(
            "The server does not offer STARTTLS. For port 587 use SMTP_USE_TLS=true (the default); for a server with TLS from the first "
            + "byte SMTP_PORT=465 and SMTP_USE_TLS=false. For a local inbox or a relay without TLS set SMTP_USE_TLS=false and "
            + "SMTP_ALLOW_PLAINTEXT=true.",
            Hint(
                new(SmtpStage.Tls) { Fault = SmtpFault.TlsNotOffered, Error = "the server does not offer STARTTLS" },
                new() { Port = 1025 }));

    [Fact]
    public void TLS_from_the_first_byte_on_a_port_that_does_not_speak_it_is_the_wrong_setting() =>
        Assert.EndsWith(
            "For port 587 use SMTP_USE_TLS=true.",
            Hint(new(SmtpStage.Tls) { Fault = SmtpFault.TlsFailed, Error = "no" }, new() { Port = 465, UseTls = false }),
            StringComparison.Ordinal);

    [Fact]
    public void A_port_that_takes_no_connection_points_at_the_firewall()
    {
        var attempt = new DeliveryAttempt(SmtpStage.Connect)
        {
            Fault = SmtpFault.NotConnected,
            Error = "192.0.2.1 port 587: Connection refused",
        };

        Assert.Equal(
            "192.0.2.1 port 587: Connection refused. Check SMTP_HOST and SMTP_PORT, and that the firewall lets outbound SMTP through. Some "
            + "platforms block 587: if so, use SMTP_PORT=465 and SMTP_USE_TLS=false.",
            Hint(attempt, new()));
        Assert.DoesNotContain(
            "587:", Hint(attempt with { Error = "refused" }, new() { Port = 465, UseTls = false }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_certificate_points_at_the_host_and_the_trust() =>
        Assert.Contains(
            "SSL_CERT_FILE", Hint(new(SmtpStage.Tls) { Fault = SmtpFault.CertificateRefused, Error = "no" }, new()),
            StringComparison.Ordinal);

    [Fact]
    public void Doubt_says_how_to_resolve_it() =>
        Assert.Equal(
            "No answer in time. The server may or may not have it. Look for its Message-ID before sending it again.",
            Hint(new(SmtpStage.EndOfData) { DotFlushed = true, Fault = SmtpFault.TimedOut, Error = "no answer in time" }, new()));

    [Fact]
    public void A_time_out_in_mid_conversation_points_at_the_time_out_and_not_at_the_port() =>
        Assert.StartsWith(
            "No answer in time. Set SMTP_TIMEOUT=60,", Hint(_late with { Stage = SmtpStage.Data }, new() { Port = 465, UseTls = true }),
            StringComparison.Ordinal);

    [Fact]
    public void A_reply_that_says_it_all_is_put_in_plain_words_all_the_same() =>
        Assert.Equal(
            "The recipient's address does not exist there. Check it for typing errors.",
            Hint(new(SmtpStage.RcptTo) { ReplyCode = 550, Reply = "550 5.1.1 no such user" }, new()));

    private static string? Hint(DeliveryAttempt attempt, SmtpOptions options) => Outcome.Classify(attempt, options) switch
    {
        Outcome.SenderBlocked blocked => blocked.Error.Hint,
        Outcome.Failed failed => failed.Error.Hint,
        Outcome.TryAgain again => again.Error.Hint,
        Outcome.Unknown unknown => unknown.Error.Hint,
        _ => null
    };
}
