using System.Net;
using System.Net.Sockets;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>
/// What is learned of a server: how much a connection takes, how many there may be, how to log in, which address answers.
/// </summary>
public sealed class ServerHabitsTests
{
    [Theory]
    [InlineData(Step.Data, "452 4.4.5 Maximum number of messages per session exceeded.")]
    [InlineData(Step.Mail, "421 Connection closed by server. Maximum message count per session reached.")]
    [InlineData(Step.Mail, "460 too many messages (#4.3.0)")]
    [InlineData(Step.Rcpt, "421 4.7.0 closing")]
    [InlineData(Step.Dot, "421 4.7.0 closing")]
    public async Task Past_what_a_connection_takes_the_same_email_goes_out_over_a_new_one(string step, string reply)
    {
        await using var server = ScriptedSmtp.Accepting().But(step, Reaction.Refuse(visit => visit.Mails > 3 ? reply : null));
        await using var sender = Sender.To(server);

        for (var i = 0; i < 20; i++)
            Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((20, 7), (server.Received.Select(email => email.MessageId).Distinct().Count(), server.Connections));
        Assert.Equal(20, server.Received.Count);
        // Once the number is known no connection is asked for more; a bare 421 has to come twice to tell it.
        Assert.InRange(server.Count(Step.Mail), 21, 22);
    }

    [Fact]
    public async Task A_new_connection_that_takes_nothing_at_all_is_a_limit_that_is_waited_for()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Data, "452 4.4.5 Maximum number of messages per session exceeded.");
        await using var sender = Sender.To(server);

        Assert.Equal(VerdictKind.Pace, Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email())).Kind);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Connections_beyond_the_number_that_the_server_takes_are_set_aside_and_the_others_go_on()
    {
        await using var server = ScriptedSmtp.Accepting()
            .But(Step.Mail, Reaction.Refuse(visit => visit.Rank >= 3 ? "432 4.3.2 Concurrent connections limit exceeded." : null));
        await using var sender = Sender.To(server, connections: 8);
        var rented = new List<SmtpConnection>();
        for (var i = 0; i < 8; i++)
            rented.Add(await sender.Connections.RentAsync(TestContext.Current.CancellationToken));

        var crowded = 0;
        foreach (var connection in rented)
        {
            if (Outcome.Classify(await connection.HandOverAsync(Sender.Email(), TimeProvider.System.GetUtcNow()), sender.Options)
                is not Outcome.SenderBlocked { Kind: VerdictKind.ConnectionCount } blocked)
            {
                continue;
            }

            Assert.Contains("SMTP_MAX_CONNECTIONS", blocked.Error.Hint, StringComparison.Ordinal);
            Assert.True(sender.Connections.GoOnWithout(connection));
            crowded++;
        }

        rented.ForEach(sender.Connections.Return);
        Assert.Equal((5, 3), (crowded, server.Received.Count));
        Assert.InRange(sender.Connections.Free, 3, 4);
    }

    [Fact]
    public async Task The_only_connection_being_refused_is_somebody_elses_doing()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, connections: 1);
        var connection = await sender.Connections.RentAsync(TestContext.Current.CancellationToken);

        Assert.False(sender.Connections.GoOnWithout(connection));
        sender.Connections.Return(connection);

        Assert.Equal(1, sender.Connections.Free);
    }

    [Fact]
    public async Task A_mechanism_that_is_offered_and_not_known_gives_way_to_the_next_once_and_for_all()
    {
        await using var server = ScriptedSmtp.Accepting().WithStartTls().WithLogin("user@example.com", "secret")
            .But(Step.Auth, "504 5.7.4 Unrecognized authentication type").Times(1);
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        server.But(Step.Rset, Reaction.Drop).But(Step.Mail, "421 4.4.2 idle").Times(1);
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(["PLAIN", "LOGIN", "LOGIN"], server.Tried);
    }

    [Fact]
    public async Task A_wrong_password_is_still_one_attempt()
    {
        await using var server = ScriptedSmtp.Accepting().WithStartTls().WithLogin("user@example.com", "another")
            .But(Step.Auth, "535 5.7.8 no, and unrecognized authentication mechanism");
        await using var sender = Sender.Encrypted(server, SmtpSecurity.Starttls);

        Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(["PLAIN"], server.Tried);
    }

    [Fact]
    public void The_families_take_turns_and_the_address_that_answered_comes_first()
    {
        IPAddress a6 = IPAddress.Parse("2001:db8::1"), b6 = IPAddress.Parse("2001:db8::2"), a4 = IPAddress.Parse("192.0.2.1"), b4 =
            IPAddress.Parse("192.0.2.2");

        Assert.Equal([a6, a4, b6, b4], SmtpConnector.InOrder([a6, b6, a4, b4], null));
        Assert.Equal([a4, a6, b6, b4], SmtpConnector.InOrder([a6, b6, a4, b4], a4));
        Assert.Equal([a6, a4], SmtpConnector.InOrder([a6, a4], IPAddress.Parse("192.0.2.9")));
    }

    [Fact]
    public async Task An_address_that_swallows_packets_costs_a_quarter_of_a_second_and_not_a_time_out()
    {
        await using var server = ScriptedSmtp.Accepting();
        var port = server.Port;
        // A full backlog answers nothing, as a broken route does.
        using var swallowing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        swallowing.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        swallowing.Listen(0);
        var filling = Enumerable.Range(0, 8)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        filling.ForEach(socket => _ = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port)));

        using var over = new CancellationTokenSource();
        var (socket, address) = await SmtpConnector.FirstAsync(
            [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], port, TimeProvider.System, over, CancellationToken.None);

        using var connected = socket;
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)connected.RemoteEndPoint!).Address);
        Assert.Equal(IPAddress.Loopback, address);
        filling.ForEach(each => each.Dispose());
    }

    [Fact]
    public async Task What_resets_each_connection_as_soon_as_it_is_there_is_the_servers_trouble()
    {
        using var resetting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        resetting.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        resetting.Listen();
        var accepting = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var accepted = await resetting.AcceptAsync();
                accepted.LingerState = new(enable: true, seconds: 0);
            }
        });
        var port = ((IPEndPoint)resetting.LocalEndPoint!).Port;
        for (var i = 0; i < 500; i++)
        {
            try
            {
                using var socket = await SmtpConnector.ConnectAsync(
                    "127.0.0.1", port, TimeSpan.FromSeconds(30), new ServerHabits(), TimeProvider.System, CancellationToken.None);
            }
            catch (SmtpTrouble trouble)
            {
                Assert.Equal(SmtpFault.NotConnected, trouble.Fault);
            }
        }

        await accepting;
        var attempt = AttemptFailure.Describe(new SocketException((int)SocketError.NotConnected), SmtpStage.Connect, wire: null);
        Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, new SmtpOptions()));
    }

    [Fact]
    public async Task The_reply_to_the_final_dot_is_waited_for_longer_than_SMTP_TIMEOUT()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.After(TimeSpan.FromSeconds(2)));
        await using var sender = new Sender(
            Sender.Plain(server, timeoutSeconds: 1, finalReplyTimeout: new SmtpOptions().FinalReplyTimeout));

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        Assert.Equal(TimeSpan.FromMinutes(10), sender.Options.FinalReplyTimeout);
    }
}
