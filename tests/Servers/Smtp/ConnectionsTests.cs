using System.Net;
using System.Net.Sockets;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

public sealed class ConnectionsTests
{
    [Fact]
    public async Task No_more_connections_are_open_than_are_allowed()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, connections: 4);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => sender.SendAsync(Sender.Email())));

        Assert.Equal(200, (await server.WaitForAsync(200)).DistinctBy(email => email.MessageId, StringComparer.Ordinal).Count());
        Assert.InRange(server.Connections, 1, 4);
        Assert.Equal(4, sender.Connections.Free);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once_however_many_connections_there_are()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "another");
        var hold = new TaskCompletionSource();
        server.But(Step.Greeting, Reaction.Hold(hold.Task)).Times(1);
        await using var sender = Sender.To(server, login: true, connections: 8);

        var handOvers = Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email())).ToList();
        await server.WaitForAsync(Step.Greeting);
        hold.SetResult();

        foreach (var outcome in await Task.WhenAll(handOvers))
            Assert.Equal("login refused", Assert.IsType<Outcome.SenderBlocked>(outcome).Reason);
        Assert.Equal(1, server.Logins);
        Assert.Equal(0, server.Count(Step.Mail));

        server.WithLogin("user@example.com", "secret");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email())));
        Assert.Equal(8, server.Received.Count);
    }

    [Fact]
    public async Task A_probe_logs_in_and_sends_nothing()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "another");
        await using var sender = Sender.To(server, login: true);

        var wrong = await sender.Connections.ProbeAsync(TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(wrong, sender.Options));
        server.WithLogin("user@example.com", "secret");
        var right = await sender.Connections.ProbeAsync(TestContext.Current.CancellationToken);

        Assert.IsNotType<Outcome.SenderBlocked>(Outcome.Classify(right, sender.Options));
        Assert.Equal((2, 0), (server.Logins, server.Count(Step.Mail)));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_server_that_offers_no_login_blocks_a_sender_that_wants_one()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server, login: true);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((SmtpStage.Auth, "login refused"), (blocked.Error.Stage, blocked.Reason));
        Assert.Contains("SMTP_AUTH=none", blocked.Error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_blocks_the_sender()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();
        await using var sender = new Sender(
            new SmtpOptions { Host = "127.0.0.1", Port = port, FromEmail = "noreply@example.com", Auth = "none" });

        var attempt = await sender.HandOverAsync(Sender.Email());
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options));

        Assert.Equal((SmtpStage.Connect, SmtpFault.NotConnected, "no connection"), (attempt.Stage, attempt.Fault, blocked.Reason));
        Assert.Contains("the firewall lets outbound SMTP through", blocked.Error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_an_address_blocks_the_sender()
    {
        await using var sender = new Sender(
            new SmtpOptions { Host = "nowhere.invalid", FromEmail = "noreply@example.com", Auth = "none", TimeoutSeconds = 5 });

        var attempt = await sender.HandOverAsync(Sender.Email());
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options));

        Assert.Equal((SmtpStage.Connect, "host not found"), (attempt.Stage, blocked.Reason));
        Assert.EndsWith("Check SMTP_HOST.", blocked.Error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_evidence_nor_error_shows_the_password()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("user@example.com", "another");
        await using var sender = Sender.To(server, login: true);

        var attempt = await sender.HandOverAsync(Sender.Email());

        Assert.DoesNotContain("secret", $"{attempt} {Outcome.Classify(attempt, sender.Options)}", StringComparison.Ordinal);
    }
}
