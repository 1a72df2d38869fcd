using Mail.Hosting;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>Without a key nobody reads what a server said, nor an address or a host.</summary>
public sealed class PublicWordsTests
{
    [Theory]
    [InlineData("login refused: 535 5.7.8 <ada@example.com> not accepted", "login refused")]
    [InlineData("no connection", "no connection")]
    [InlineData("smtp.example.com refused", null)]
    public void A_reason_is_told_without_the_servers_words(string reason, string? told) => Assert.Equal(told, PublicWords.Reason(reason));

    [Theory]
    [InlineData(
        "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.",
        "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password, not the account's.")]
    [InlineData("10.0.0.7 port 587: Connection refused. Check SMTP_HOST.", "Check SMTP_HOST.")]
    [InlineData("Fe80::1 port 587 did not answer in time. Check SMTP_HOST.", "Check SMTP_HOST.")]
    [InlineData("Smtp.example.com has no address. Check SMTP_HOST.", "Check SMTP_HOST.")]
    [InlineData("Gmail: see https://support.google.com/accounts.", null)]
    [InlineData("It refuses <ada@example.com>.", null)]
    [InlineData(
        "Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465.",
        "Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465.")]
    [InlineData(
        "EHLO needs a full name (RFC 5321, 4.1.4): set SMTP_EHLO_NAME.", "EHLO needs a full name (RFC 5321, 4.1.4): set SMTP_EHLO_NAME.")]
    [InlineData(
        "The app needs SMTP.SendAsApp; the client id the scope https://mail.google.com/, written so.",
        "The app needs SMTP.SendAsApp; the client id the scope https://mail.google.com/, written so.")]
    [InlineData("See https://mail.google.com/mail. Not at smtp.sendasapp.example.", null)]
    [InlineData("", null)]
    public void A_text_is_told_without_the_sentences_that_name_somebody(string text, string? told) =>
        Assert.Equal(told, PublicWords.WithoutNames(text));
}
