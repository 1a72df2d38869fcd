using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>The final dot can be kept back until the last moment, and not a moment longer.</summary>
public sealed class HoldingBackTests
{
    private static readonly string _large = string.Concat(Enumerable.Repeat("A line of a large e-mail.\n", 20_000));

    public static TheoryData<string, bool> Connections => new()
    {
        { SmtpSecurity.None, false }, { SmtpSecurity.None, true }, { SmtpSecurity.Starttls, false }, { SmtpSecurity.Starttls, true },
        { SmtpSecurity.Tls, false }
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task A_sender_that_is_cut_off_keeps_the_final_dot_back_and_the_server_keeps_nothing(string security, bool large)
    {
        await using var server = Server(security);
        await using var sender = To(server, security);
        var email = Sender.Email(large ? _large : "Hello Ada");

        var attempt = await sender.HandOverAsync(email, () => false);

        Assert.Equal((SmtpStage.Data, SmtpFault.CutOff, false), (attempt.Stage, attempt.Fault, attempt.DotFlushed));
        Assert.Equal("cut off from the database", Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options)).Reason);
        // Another e-mail on another connection: the server has seen the end of the first one by then.
        Assert.True((await sender.HandOverAsync(email, () => true)).Accepted);
        Assert.Single(server.Received);
        Assert.Equal(2, server.Connections);
        Assert.Equal(1, server.Count(Step.Dot));
    }

    [Fact]
    public async Task Whether_it_may_finish_is_asked_once_and_after_the_server_said_go_ahead()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        var asked = new List<int>();

        await sender.HandOverAsync(Sender.Email(_large), () =>
        {
            asked.Add(server.Count(Step.Data));
            return true;
        });

        Assert.Equal([1], asked);
    }

    [Theory]
    [InlineData(Step.Greeting)]
    [InlineData(Step.Ehlo)]
    [InlineData(Step.Mail)]
    [InlineData(Step.Rcpt)]
    [InlineData(Step.Data)]
    public async Task Stopping_before_the_final_dot_breaks_the_conversation_off_at_once(string step)
    {
        await using var server = ScriptedSmtp.Accepting().But(step, Reaction.Stall);
        await using var sender = Sender.To(server);
        using var stop = new CancellationTokenSource();

        var handOver = sender.HandOverUntilAsync(Sender.Email(), null, stop.Token);
        await server.WaitForAsync(step);
        await stop.CancelAsync();
        var attempt = await handOver;

        Assert.Equal((SmtpFault.Stopped, false), (attempt.Fault, attempt.DotFlushed));
        Assert.Equal("stopped", Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(attempt, sender.Options)).Reason);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Stopping_while_it_may_not_yet_finish_keeps_the_final_dot_back()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        using var stop = new CancellationTokenSource();

        var attempt = await sender.HandOverUntilAsync(Sender.Email(), () => { stop.Cancel(); return true; }, stop.Token);

        Assert.Equal((SmtpFault.Stopped, false), (attempt.Fault, attempt.DotFlushed));
        Assert.Equal(0, server.Count(Step.Dot));
    }

    [Theory]
    [InlineData(Step.Dot)]
    [InlineData(Step.Kept)]
    public async Task Stopping_after_the_final_dot_waits_for_the_reply(string step)
    {
        var hold = new TaskCompletionSource();
        await using var server = ScriptedSmtp.Accepting().But(step, Reaction.Hold(hold.Task));
        await using var sender = Sender.To(server);
        using var stop = new CancellationTokenSource();

        var handOver = sender.HandOverUntilAsync(Sender.Email(), null, stop.Token);
        await server.WaitForAsync(step);
        await stop.CancelAsync();
        Assert.False(handOver.IsCompleted);
        hold.SetResult();

        Assert.True((await handOver).Accepted);
    }

    private static ScriptedSmtp Server(string security) => security switch
    {
        SmtpSecurity.Tls => ScriptedSmtp.Accepting().WithTls().WithLogin("user@example.com", "secret"),
        SmtpSecurity.Starttls => ScriptedSmtp.Accepting().WithStartTls().WithLogin("user@example.com", "secret"),
        _ => ScriptedSmtp.Accepting()
    };

    private static Sender To(ScriptedSmtp server, string security) =>
        security == SmtpSecurity.None ? Sender.To(server) : Sender.Encrypted(server, security);
}
