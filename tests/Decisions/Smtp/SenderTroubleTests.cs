using Mail.SenderService.Smtp;
using Xunit;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>Whose trouble a reply speaks of, in the words of real servers.</summary>
public sealed class SenderTroubleTests
{
    private static readonly SmtpOptions _options = new() { Host = "smtp.example.com", FromEmail = "noreply@example.com" };

    [Theory]
    [InlineData("454 Throttling failure: Maximum sending rate exceeded.")]
    [InlineData("454 Throttling failure: Daily message quota exceeded.")]
    [InlineData("550 5.4.5 Daily user sending limit exceeded.")]
    [InlineData("452 4.3.2 Connection rate limit exceeded.")]
    [InlineData("432 4.3.2 Concurrent connections limit exceeded.")]
    [InlineData("450 4.7.0 Too many connections from 192.0.2.1")]
    [InlineData("450 4.7.1 Error: too much mail from 192.0.2.1")]
    [InlineData("451 4.7.1 Ratelimit \"out\" exceeded")]
    [InlineData("451 4.7.500 Server busy. Please try again later.")]
    [InlineData("550 Maximum credits exceeded")]
    [InlineData("451 You've exceeded your messaging limits")]
    public void The_pace_is_the_senders_trouble(string reply) => AssertBlocked("too much e-mail for the server", SmtpStage.EndOfData, reply);

    [Theory]
    [InlineData("452 4.2.2 The email account that you tried to reach is over quota")]
    [InlineData("450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered; message rate exceeded")]
    [InlineData("552 5.2.2 Mailbox full: message quota exceeded")]
    [InlineData("452 4.5.3 Too many recipients")]
    [InlineData("450 4.2.0 Greylisted, see http://example.org")]
    [InlineData("554 5.7.1 Message rejected as spam")]
    [InlineData("550 5.7.1 <a@example.org>: Relay access denied")]
    [InlineData("552 5.3.4 Message size exceeds fixed limit")]
    [InlineData("550 5.1.1 No such user")]
    public void A_full_mailbox_or_a_bad_recipient_is_the_emails_trouble(string reply) =>
        Assert.IsNotType<Outcome.SenderBlocked>(Of(SmtpStage.RcptTo, reply));

    [Theory]
    [InlineData("530 5.7.0 Authentication required")]
    [InlineData("530 5.7.0 Must issue a STARTTLS command first")]
    [InlineData("535 5.7.8 Username and Password not accepted")]
    [InlineData("534 5.7.9 Application-specific password required")]
    [InlineData("538 5.7.11 Encryption required for requested authentication mechanism")]
    [InlineData("550 5.7.0 Authentication required")]
    [InlineData("550 Please turn on SMTP Authentication in your mail client")]
    [InlineData("550 5.7.57 Client not authenticated to send mail.")]
    public void A_login_that_is_asked_for_in_mid_conversation_is_the_senders_trouble(string reply) => AssertBlocked("login refused", SmtpStage.MailFrom, reply);

    [Theory]
    [InlineData(SmtpStage.MailFrom, "553 5.7.1 <noreply@example.com>: Sender address rejected: not owned by user u")]
    [InlineData(SmtpStage.RcptTo, "553 5.7.1 <noreply@example.com>: Sender address rejected: not owned by user u")]
    [InlineData(SmtpStage.EndOfData, "554 5.2.252 SendAsDenied; u@example.com not allowed to send as noreply@example.com")]
    [InlineData(SmtpStage.EndOfData, "554 Message rejected: Email address is not verified. The following identities failed the check")]
    [InlineData(SmtpStage.MailFrom, "550 5.1.8 Access denied, bad outbound sender")]
    [InlineData(SmtpStage.MailFrom, "501 5.1.7 Bad sender address syntax")]
    public void A_sender_address_that_the_server_refuses_is_the_senders_trouble(SmtpStage stage, string reply) => AssertBlocked("sender address refused", stage, reply);

    [Fact]
    public void A_sender_address_that_one_recipients_server_dislikes_is_the_emails_trouble() =>
        // Otherwise one e-mail to such a server would hold up all the others.
        Assert.IsType<Outcome.Failed>(Of(SmtpStage.RcptTo, "550 5.1.0 <noreply@example.com>: Sender address rejected: undeliverable address"));

    [Theory]
    [InlineData(SmtpFault.NotResolved, SmtpStage.Connect, "host not found")]
    [InlineData(SmtpFault.NotConnected, SmtpStage.Connect, "no connection")]
    [InlineData(SmtpFault.TimedOut, SmtpStage.Connect, "no connection")]
    [InlineData(SmtpFault.TlsNotOffered, SmtpStage.Tls, "TLS refused")]
    [InlineData(SmtpFault.TlsFailed, SmtpStage.Tls, "TLS refused")]
    [InlineData(SmtpFault.Dropped, SmtpStage.Tls, "TLS refused")]
    [InlineData(SmtpFault.CertificateRefused, SmtpStage.Tls, "certificate not valid")]
    [InlineData(SmtpFault.LoginNotOffered, SmtpStage.Auth, "login refused")]
    [InlineData(SmtpFault.LoginRefused, SmtpStage.Auth, "login refused")]
    public void The_reason_is_said_in_a_few_words(SmtpFault fault, SmtpStage stage, string reason) =>
        Assert.Equal(reason, Assert.IsType<Outcome.SenderBlocked>(Outcome.Of(new(stage) { Fault = fault, Error = "broken" }, _options)).Reason);

    private static void AssertBlocked(string reason, SmtpStage stage, string reply) =>
        Assert.Equal(reason, Assert.IsType<Outcome.SenderBlocked>(Of(stage, reply)).Reason);

    private static Outcome Of(SmtpStage stage, string reply) =>
        Outcome.Of(new(stage) { ReplyCode = int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture), Reply = reply }, _options);
}
