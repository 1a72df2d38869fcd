using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>A server that always says a little more passes every step's time-out, and still does not keep a connection for ever.</summary>
public sealed class DrippingTests
{
    private const int TimeoutSeconds = 30;

    // Less than the time-out of one step, which begins anew with each byte.
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(Step.Greeting, SmtpStage.Connect)]
    [InlineData(Step.Ehlo, SmtpStage.Connect)]
    [InlineData(Step.Auth, SmtpStage.Auth)]
    [InlineData(Step.Mail, SmtpStage.MailFrom)]
    [InlineData(Step.Rcpt, SmtpStage.RcptTo)]
    [InlineData(Step.Data, SmtpStage.Data)]
    public async Task Before_the_final_dot_ten_time_outs_bound_it_all_and_the_server_keeps_nothing(string step, SmtpStage stage)
    {
        var (attempt, drops) = await HandOverAsync(step);

        Assert.Equal((stage, SmtpFault.TimedOut, false), (attempt.Stage, attempt.Fault, attempt.DotFlushed));
        Assert.True(drops >= 10 * TimeoutSeconds / _between.TotalSeconds, $"given up after {drops} bytes");
    }

    [Fact]
    public async Task After_the_final_dot_the_reply_has_one_time_out_from_its_first_byte_to_its_last()
    {
        var (attempt, _) = await HandOverAsync(Step.Kept);

        Assert.Equal((SmtpStage.EndOfData, SmtpFault.TimedOut, true), (attempt.Stage, attempt.Fault, attempt.DotFlushed));
    }

    [Fact]
    public async Task A_connection_that_drips_when_it_is_asked_whether_it_lives_is_replaced()
    {
        var time = new ShiftedTime();
        await using var server = ScriptedSmtp.Accepting().But(Step.Noop, Reaction.Drip(1, () => time.Shift(TimeSpan.FromSeconds(1))));
        await using var sender = Sender.To(server, timeoutSeconds: TimeoutSeconds, time: time);
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        time.Shift(TimeSpan.FromSeconds(3));

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()).WaitAsync(Deadline.Soon));

        Assert.Equal((1, 2), (server.Count(Step.Noop), server.Connections));
    }

    [Theory]
    [InlineData(Step.Greeting, false)]
    [InlineData(Step.Mail, false)]
    [InlineData(Step.Kept, true)]
    public async Task A_reply_that_goes_on_and_on_is_cut_off_before_it_fills_the_memory(string step, bool inDoubt)
    {
        await using var server = ScriptedSmtp.Accepting().But(step, Reaction.Drip(64 * 1024, () => { }));
        await using var sender = Sender.To(server);

        var attempt = await sender.HandOverAsync(Sender.Email()).WaitAsync(Deadline.Soon);

        Assert.Equal((SmtpFault.Garbage, inDoubt), (attempt.Fault, attempt.DotFlushed));
        Assert.InRange(attempt.Reply?.Length ?? 0, 0, 1000);
    }

    private static async Task<(DeliveryAttempt Evidence, int Drops)> HandOverAsync(string step)
    {
        var time = new ShiftedTime();
        var drops = 0;
        // Without PIPELINING: a drip at RCPT would run through the time before the reply to MAIL is read.
        await using var server = ScriptedSmtp.Accepting().Offering("SIZE 36700160", "8BITMIME", "ENHANCEDSTATUSCODES")
            .WithLogin("user@example.com", "secret");
        server.But(step, Reaction.Drip(1, () =>
        {
            drops++;
            time.Shift(_between);
        }));
        await using var sender = Sender.To(server, login: true, timeoutSeconds: TimeoutSeconds, time: time);

        var attempt = await sender.HandOverAsync(Sender.Email()).WaitAsync(Deadline.Soon);

        return (attempt, drops);
    }
}
