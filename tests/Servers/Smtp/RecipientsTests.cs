using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

public sealed class RecipientsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Those_that_are_accepted_get_it_and_the_refused_ones_are_named(bool pipelining)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(pipelining ? ["PIPELINING"] : [])
            .ButFor("b@example.org", "550 5.1.1 no such user").ButFor("c@example.org", "450 4.2.0 later");
        await using var sender = Sender.To(server);

        var sent = Assert.IsType<Outcome.Sent>(
            await sender.SendAsync(Sender.Email("Hello", "a@example.org", "b@example.org", "c@example.org")));

        Assert.Equal(
            [
                ("b@example.org", 550, "550 5.1.1 no such user", RecipientRetry.None),
                ("c@example.org", 450, "450 4.2.0 later", RecipientRetry.Later),
            ],
            sent.Refused.Select(refused => (refused.Address, refused.Code, refused.Reply, refused.Retry)));
        Assert.All(sent.Refused, refused => Assert.True(refused is { Hint.Length: > 0, Verdict.Length: > 0 }));
        Assert.Equal(["a@example.org"], Assert.Single(server.Received).To);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sender_and_recipients_go_in_one_write_where_the_server_offers_PIPELINING_and_only_there(bool pipelining)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(pipelining ? ["PIPELINING"] : []);
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", "a@example.org", "b@example.org")));

        Assert.Equal(pipelining ? 2 : 0, server.Count(Step.Ahead));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_all_are_refused_one_of_them_for_now_it_is_tried_again(bool pipelining)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(pipelining ? ["PIPELINING"] : [])
            .ButFor("a@example.org", "550 5.1.1 no such user").ButFor("b@example.org", "450 4.2.0 later");
        await using var sender = Sender.To(server);

        var again = Assert.IsType<Outcome.TryAgain>(await sender.SendAsync(Sender.Email("Hello", "a@example.org", "b@example.org")));

        Assert.Equal((SmtpStage.RcptTo, "450 4.2.0 later"), (again.Error.Stage, again.Error.Reply));
        Assert.Equal(0, server.Count(Step.Data));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_421_for_one_of_them_sends_to_nobody(bool pipelining)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(pipelining ? ["PIPELINING"] : [])
            .ButFor("b@example.org", "421 4.3.2 closing");
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.SenderBlocked>(
            await sender.SendAsync(Sender.Email("Hello", "a@example.org", "b@example.org", "c@example.org")));

        Assert.Empty(server.Received);
        Assert.Equal(0, server.Count(Step.Data));
    }

    [Fact]
    public async Task Everybody_is_told_apart_from_their_headers_and_only_once()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        var email =
            Sender.Email("Hello", "Ada <ada@example.org>") with { Cc = ["ADA@example.org", "c@example.org"], Bcc = ["hidden@example.org"] };

        await sender.SendAsync(email);

        var received = Assert.Single(server.Received);
        Assert.Equal("noreply@example.com", received.From);
        Assert.Equal(["ada@example.org", "c@example.org", "hidden@example.org"], received.To);
        Assert.DoesNotContain("hidden", received.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IDN_domain_is_punycoded_even_where_SMTPUTF8_is_offered()
    {
        await using var server = ScriptedSmtp.Accepting().Offering("PIPELINING", "8BITMIME", "SMTPUTF8");
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", "Ada <ada@bücher.example>")));

        var received = Assert.Single(server.Received);
        Assert.Equal(["ada@xn--bcher-kva.example"], received.To);
        Assert.Equal("Ada <ada@xn--bcher-kva.example>", received.Header("To"));
    }

    [Fact]
    public async Task A_local_part_beyond_ASCII_goes_over_SMTPUTF8_where_it_is_offered()
    {
        await using var server = ScriptedSmtp.Accepting().Offering("PIPELINING", "8BITMIME", "SMTPUTF8");
        await using var sender = Sender.To(server);
        // The first turns SMTPUTF8 off for its connection, the second needs it.
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", "ada@bücher.example")));

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email("Hello", "jörg@example.org")));

        Assert.Equal(["jörg@example.org"], server.Received[1].To);
        Assert.Equal("jörg@example.org", server.Received[1].Header("To"));
    }

    [Theory]
    [InlineData("8BITMIME")]
    [InlineData("SMTPUTF8")]
    public async Task A_local_part_beyond_ASCII_fails_for_good_where_the_server_can_not_carry_it(string offered)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(offered);
        await using var sender = Sender.To(server);

        var failed = Assert.IsType<Outcome.Failed>(await sender.SendAsync(Sender.Email("Hello", "jörg@example.org")));

        Assert.Equal(SmtpStage.MailFrom, failed.Error.Stage);
        Assert.Contains("SMTPUTF8", failed.Error.Hint, StringComparison.Ordinal);
        Assert.Equal(0, server.Count(Step.Mail));
    }

    [Theory]
    [InlineData("\"a\r\nRCPT TO:<evil@example.org>\"@example.org")]
    [InlineData("ada")]
    [InlineData("@relay.example:ada@example.org")]
    [InlineData("ada@example.org, eve@example.org")]
    public async Task An_address_that_is_none_fails_without_a_word_to_the_server(string address)
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);

        var failed = Assert.IsType<Outcome.Failed>(await sender.SendAsync(Sender.Email("Hello", address)));

        Assert.True(failed.Error.Permanent);
        Assert.Equal(0, server.Connections);
    }
}
