using Mail.Messages;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.RealServers;
using MimeKit;

namespace Mail.Tests.Servers.Smtp.RealServers;

/// <summary>Postfix, a relay without a login.</summary>
[Collection(RealServersTests.Name)]
public sealed class PostfixTests(RealMailServers servers)
{
    private readonly RealMailServer _postfix = servers.Postfix;

    [Theory]
    [InlineData(SmtpSecurity.Starttls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task What_it_took_is_kept_once_and_as_it_was_written(string security)
    {
        var recipient = RealServersTests.NewRecipient();
        await using var sender = RealServersTests.To(_postfix, security);
        var email = Sender.Email($"Grüße\n.\n..two dots\nFrom here\n{new string('x', 3000)}\nthe end\n", recipient);

        var sent = Assert.IsType<Outcome.Sent>(await sender.SendAsync(email));

        Assert.StartsWith("250 2.0.0 Ok: queued as ", sent.Reply, StringComparison.Ordinal);
        var kept = Assert.Single(await _postfix.KeptForAsync(recipient));
        Assert.Equal((MessageBuilder.MessageId(email.Id, "noreply@example.com"), "noreply@example.com"), (kept.MessageId, kept.From));
        Assert.Equal(email.Text, (await MimeMessage.LoadAsync(new MemoryStream(kept.Raw))).TextBody?.ReplaceLineEndings("\n"));
        Assert.Contains("with ESMTPS id", kept.Header("Received"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_email_that_it_greylists_is_tried_again_and_kept_once()
    {
        var recipient = RealServersTests.NewRecipient("greylisted.example");
        await using var sender = RealServersTests.To(_postfix, SmtpSecurity.Starttls);
        var email = Sender.Email("Hello", recipient);

        var again = Assert.IsType<Outcome.TryAgain>(await sender.SendAsync(email));

        Assert.Equal(SmtpStage.RcptTo, again.Error.Stage);
        Assert.Equal($"450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, come back later", again.Error.Reply);
        Assert.Empty(await _postfix.KeptForAsync(recipient));

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(email));
        Assert.Single(await _postfix.KeptForAsync(recipient));
    }

    [Theory]
    [InlineData("refused.example", "Hello", 1, SmtpStage.RcptTo, "554 5.7.1 <*>: Recipient address rejected: not from here")]
    [InlineData("example.org", "a forbidden subject", 1, SmtpStage.EndOfData, "550 5.7.1 no such subjects here")]
    [InlineData("example.org", "Hello", 100_000, SmtpStage.MailFrom, "552 5.3.4 Message size exceeds fixed limit")]
    public async Task What_it_refuses_for_good_has_failed_and_says_why_and_the_next_one_goes_through(
        string domain, string subject, int lines, SmtpStage stage, string reply)
    {
        var recipient = RealServersTests.NewRecipient(domain);
        await using var sender = RealServersTests.To(_postfix, SmtpSecurity.Starttls);
        var refused = Sender.Email(string.Concat(Enumerable.Repeat("Hello Ada\n", lines)), recipient) with { Subject = subject };

        var failed = Assert.IsType<Outcome.Failed>(await sender.SendAsync(refused));

        Assert.Equal((stage, reply.Replace("*", recipient, StringComparison.Ordinal)), (failed.Error.Stage, failed.Error.Reply));
        var next = RealServersTests.NewRecipient();
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", next)));
        Assert.Empty(await _postfix.KeptForAsync(recipient));
        Assert.Single(await _postfix.KeptForAsync(next));
    }

    [Fact]
    public async Task Of_several_recipients_those_that_it_takes_get_it_and_the_others_are_named()
    {
        var recipients = new[]
        {
            RealServersTests.NewRecipient(), RealServersTests.NewRecipient("refused.example"),
            RealServersTests.NewRecipient("greylisted.example"), "unknown@example.org",
        };
        await using var sender = RealServersTests.To(_postfix, SmtpSecurity.Starttls);

        var sent = Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", recipients)));

        Assert.Equal(
            [(recipients[1], 554), (recipients[2], 450), (recipients[3], 550)],
            sent.Refused.Select(refused => (refused.Address, refused.Code)));
        var kept = await _postfix.KeptAsync();
        Assert.Equal([1, 0, 0, 0], recipients.Select(recipient => kept.Count(email => email.To.Contains(recipient))));
    }

    [Fact]
    public async Task An_address_beyond_ASCII_goes_by_SMTPUTF8()
    {
        await using var sender = RealServersTests.To(_postfix, SmtpSecurity.Starttls);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", "jörg@example.org")));

        Assert.Equal("jörg@example.org", Assert.Single(await _postfix.KeptForAsync("jörg@example.org")).Header("To"));
    }

    [Fact]
    public async Task Hundreds_over_eight_connections_are_each_kept_once()
    {
        var recipient = RealServersTests.NewRecipient();
        await using var sender = RealServersTests.To(_postfix, SmtpSecurity.Starttls, connections: 8);
        var emails = Enumerable.Range(0, 300).Select(_ => Sender.Email("Hello", recipient)).ToList();

        foreach (var outcome in await Task.WhenAll(emails.Select(sender.SendAsync)))
            Assert.IsType<Outcome.Sent>(outcome);

        Assert.Equal(
            emails.Select(email => MessageBuilder.MessageId(email.Id, "noreply@example.com")).Order(StringComparer.Ordinal),
            (await _postfix.KeptForAsync(recipient)).Select(kept => kept.MessageId).Order(StringComparer.Ordinal));
    }
}
