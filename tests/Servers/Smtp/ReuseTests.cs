using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Connections are used again, looked at before that, and never to an e-mail's cost.</summary>
public sealed class ReuseTests
{
    [Fact]
    public async Task One_connection_and_one_login_serve_many_emails()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "secret");
        await using var sender = Sender.To(server, login: true);

        await SendAsync(sender, 10);

        Assert.Equal((1, 1), (server.Connections, server.Logins));
    }

    [Fact]
    public async Task After_a_hundred_emails_a_connection_is_replaced()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);

        await SendAsync(sender, 101);

        Assert.Equal((101, 2), (server.Received.Count, server.Connections));
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("reset")]
    [InlineData("421")]
    public async Task A_connection_that_the_server_closed_while_idle_costs_no_email_an_attempt(string how)
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        await SendAsync(sender, 1);
        server.But(Step.Mail, how switch { "drop" => Reaction.Drop, "reset" => Reaction.Reset, _ => "421 4.4.2 timeout exceeded" })
            .Times(1);

        await SendAsync(sender, 1);

        Assert.Equal((2, 2), (server.Received.Count, server.Connections));
    }

    [Fact]
    public async Task A_new_connection_is_tried_only_once()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        await SendAsync(sender, 1);
        server.But(Step.Mail, Reaction.Drop);

        Assert.IsType<Outcome.TryAgain>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Past_MAIL_FROM_a_drop_on_a_used_connection_is_the_emails_attempt()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        await SendAsync(sender, 1);
        server.But(Step.Data, Reaction.Drop).Times(1);

        Assert.IsType<Outcome.TryAgain>(await sender.SendAsync(Sender.Email()));

        Assert.Single(server.Received);
    }

    [Fact]
    public async Task A_connection_closed_after_its_last_reply_is_noticed_before_it_is_used()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.ReplyAndDrop("250 2.0.0 Ok")).Times(1);
        await using var sender = Sender.To(server);

        await SendAsync(sender, 2);

        Assert.Equal((2, 2), (server.Received.Count, server.Connections));
        Assert.Equal(2, server.Count(Step.Mail));
    }

    [Fact]
    public async Task After_two_idle_seconds_a_connection_is_asked_whether_it_lives()
    {
        var time = new ShiftedTime();
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, time: time);

        await SendAsync(sender, 1);
        await SendAsync(sender, 1);
        Assert.Equal(0, server.Count(Step.Noop));
        time.Shift(TimeSpan.FromSeconds(3));
        await SendAsync(sender, 1);

        Assert.Equal((1, 1), (server.Count(Step.Noop), server.Connections));
    }

    [Theory]
    [InlineData("250")]
    [InlineData("421 4.4.2 closing")]
    [InlineData("500 what")]
    public async Task A_connection_that_does_not_answer_well_is_replaced(string answer)
    {
        var time = new ShiftedTime();
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, time: time);
        await SendAsync(sender, 1);
        server.But(Step.Noop, answer == "250" ? Reaction.Drop : answer);
        time.Shift(TimeSpan.FromSeconds(3));

        await SendAsync(sender, 1);

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task After_ten_idle_seconds_a_connection_is_closed_with_QUIT()
    {
        var time = new ShiftedTime();
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, time: time);
        await SendAsync(sender, 1);
        time.Shift(TimeSpan.FromSeconds(11));

        await SendAsync(sender, 1);

        Assert.Equal((1, 2), (server.Count(Step.Quit), server.Connections));
    }

    [Fact]
    public async Task A_refused_email_leaves_its_connection_fit_for_the_next()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Dot, "554 5.7.1 spam")
            .Times(1).But(Step.Rcpt, "550 5.1.1 no such user").Times(1);
        await using var sender = Sender.To(server);

        Assert.IsType<Outcome.Failed>(await sender.SendAsync(Sender.Email()));
        Assert.IsType<Outcome.Failed>(await sender.SendAsync(Sender.Email()));
        await SendAsync(sender, 1);

        Assert.Equal((1, 2), (server.Connections, server.Count(Step.Rset)));
    }

    [Fact]
    public async Task Closing_says_QUIT_on_every_connection()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using (var sender = Sender.To(server, connections: 3))
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sender.SendAsync(Sender.Email())));
            Assert.Equal(3, sender.Connections.Free);
        }

        Assert.Equal(server.Connections, server.Count(Step.Quit));
    }

    private static async Task SendAsync(Sender sender, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
    }
}
