using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>What an attempt means.</summary>
public sealed class OutcomeTests
{
    private static readonly SmtpOptions _options =
        new() { Host = "smtp.example.com", User = "user@example.com", Password = "secret", FromEmail = "noreply@example.com" };

    public static TheoryData<SmtpStage> Stages => [.. Enum.GetValues<SmtpStage>()];

    public static TheoryData<SmtpStage> StagesOfAnEmail => [SmtpStage.MailFrom, SmtpStage.RcptTo, SmtpStage.Data, SmtpStage.EndOfData];

    public static TheoryData<SmtpStage> StagesOfTheSender => [SmtpStage.Connect, SmtpStage.Tls, SmtpStage.Auth];

    [Fact]
    public void A_2xx_to_the_end_of_DATA_is_sent()
    {
        var sent = Assert.IsType<Outcome.Sent>(
            Of(new(SmtpStage.EndOfData) { Accepted = true, DotFlushed = true, ReplyCode = 250, Reply = "250 2.0.0 Ok" }));

        Assert.Equal("250 2.0.0 Ok", sent.Reply);
        Assert.Empty(sent.Refused);
    }

    [Fact]
    public void Sent_names_the_recipients_that_were_refused()
    {
        var refused = new RefusedRecipient("b@example.org", 450, "450 4.2.0 later");

        var sent = Assert.IsType<Outcome.Sent>(
            Of(new(SmtpStage.EndOfData) { Accepted = true, Reply = "250 Ok", RefusedRecipients = [refused] }));

        Assert.Equal([refused], sent.Refused);
    }

    [Theory]
    [MemberData(nameof(StagesOfAnEmail))]
    public void A_clean_5xx_is_for_good_at_any_stage_of_an_email(SmtpStage stage)
    {
        var failed = Assert.IsType<Outcome.Failed>(Of(Answered(stage, 554, "554 5.6.0 no")));

        Assert.Equal((stage, "554 5.6.0 no", true), (failed.Error.Stage, failed.Error.Reply, failed.Error.Permanent));
    }

    [Theory]
    [MemberData(nameof(StagesOfAnEmail))]
    public void A_clean_4xx_is_for_now_at_any_stage_of_an_email(SmtpStage stage)
    {
        var again = Assert.IsType<Outcome.TryAgain>(Of(Answered(stage, 451, "451 4.3.0 later")));

        Assert.Equal((stage, "451 4.3.0 later", false), (again.Error.Stage, again.Error.Reply, again.Error.Permanent));
    }

    [Theory]
    [MemberData(nameof(StagesOfTheSender))]
    public void Whatever_happens_before_an_email_is_mentioned_is_the_senders_trouble(SmtpStage stage)
    {
        Assert.IsType<Outcome.SenderBlocked>(Of(Answered(stage, 451, "451 4.3.0 later")));
        Assert.IsType<Outcome.SenderBlocked>(Of(Answered(stage, 554, "554 5.3.2 no")));
        Assert.IsType<Outcome.SenderBlocked>(Of(new(stage) { Fault = SmtpFault.Dropped, Error = "dropped" }));
        Assert.IsType<Outcome.SenderBlocked>(Of(new(stage) { Fault = SmtpFault.TimedOut, Error = "late" }));
        Assert.IsType<Outcome.SenderBlocked>(Of(new(stage) { Fault = SmtpFault.Garbage, Error = "garbage", Reply = "garbage" }));
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_421_blocks_the_sender_at_any_stage_and_leaves_the_email_unharmed(SmtpStage stage)
    {
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Of(Answered(stage, 421, "421 4.3.2 closing")));

        Assert.Equal("server not available", blocked.Reason);
        Assert.False(blocked.Error.Permanent);
    }

    [Theory]
    [InlineData(SmtpFault.Dropped)]
    [InlineData(SmtpFault.TimedOut)]
    [InlineData(SmtpFault.Garbage)]
    public void Before_the_final_dot_the_server_does_not_have_it_and_it_is_safe_to_try_again(SmtpFault fault)
    {
        foreach (var stage in new[] { SmtpStage.MailFrom, SmtpStage.RcptTo, SmtpStage.Data, SmtpStage.EndOfData })
            Assert.IsType<Outcome.TryAgain>(Of(new(stage) { Fault = fault, Error = "broken" }));
    }

    [Theory]
    [InlineData(SmtpFault.Dropped)]
    [InlineData(SmtpFault.TimedOut)]
    [InlineData(SmtpFault.Garbage)]
    [InlineData(SmtpFault.None)]
    public void Between_the_final_dot_and_the_reply_nothing_is_known(SmtpFault fault) =>
        Assert.IsType<Outcome.Unknown>(Of(new(SmtpStage.EndOfData) { Fault = fault, DotFlushed = true, Error = "broken" }));

    [Theory]
    [InlineData(354)]
    [InlineData(199)]
    [InlineData(600)]
    public void A_reply_to_the_final_dot_that_is_neither_yes_nor_no_leaves_doubt(int code) =>
        Assert.IsType<Outcome.Unknown>(Of(new(SmtpStage.EndOfData) { DotFlushed = true, ReplyCode = code, Reply = $"{code} what" }));

    [Fact]
    public void A_no_to_the_final_dot_leaves_no_doubt()
    {
        Assert.IsType<Outcome.TryAgain>(Of(Answered(SmtpStage.EndOfData, 452, "452 4.3.1 disk full") with { DotFlushed = true }));
        Assert.IsType<Outcome.Failed>(Of(Answered(SmtpStage.EndOfData, 554, "554 5.7.1 spam") with { DotFlushed = true }));
        Assert.IsType<Outcome.SenderBlocked>(Of(Answered(SmtpStage.EndOfData, 421, "421 4.3.2 closing") with { DotFlushed = true }));
    }

    [Fact]
    public void Of_recipients_that_were_all_refused_one_4xx_is_enough_to_try_again()
    {
        RefusedRecipient never = new("a@example.org", 550, "550 5.1.1 no"), later = new("b@example.org", 450, "450 4.2.0 later");
        var all = new DeliveryAttempt(SmtpStage.RcptTo) { AllRefused = true, ReplyCode = 450, Reply = later.Reply };

        Assert.IsType<Outcome.TryAgain>(Of(all with { RefusedRecipients = [never, later] }));
        Assert.IsType<Outcome.TryAgain>(Of(all with { RefusedRecipients = [later] }));
        Assert.IsType<Outcome.Failed>(Of(all with { RefusedRecipients = [never, never], ReplyCode = 550, Reply = never.Reply }));
    }

    [Theory]
    [InlineData(SmtpFault.Stopped, "stopped")]
    [InlineData(SmtpFault.CutOff, "cut off from the database")]
    public void What_the_sender_broke_off_itself_leaves_the_email_unharmed(SmtpFault fault, string reason) =>
        Assert.Equal(reason, Assert.IsType<Outcome.SenderBlocked>(Of(new(SmtpStage.Data) { Fault = fault, Error = "broken off" })).Reason);

    [Theory]
    [InlineData(SmtpFault.NoSmtpUtf8)]
    [InlineData(SmtpFault.Unsendable)]
    public void What_can_not_be_written_fails_for_good(SmtpFault fault) =>
        Assert.True(Assert.IsType<Outcome.Failed>(Of(new(SmtpStage.MailFrom) { Fault = fault, Error = "impossible" })).Error.Permanent);

    private static Outcome Of(DeliveryAttempt attempt) => Outcome.Classify(attempt, _options);

    private static DeliveryAttempt Answered(SmtpStage stage, int code, string reply) => new(stage) { ReplyCode = code, Reply = reply };
}
