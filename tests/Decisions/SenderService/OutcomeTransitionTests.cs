using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.Tests.Decisions.SenderService;

public sealed class OutcomeTransitionTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy _retry = new(TimeSpan.FromSeconds(30));
    private static readonly SmtpError _error = new(SmtpStage.RcptTo, "451 4.7.1 later", "Wait.", Permanent: false, "later.greylisted");

    [Fact]
    public void Sent_records_the_reply_and_the_time_and_wakes_nobody()
    {
        var move = Of(new Outcome.Sent("250 Ok", []));
        Assert.Equal("sent", (string)move.Move.Patch["status"]!);
        Assert.Equal("250 Ok", (string)move.Move.Patch["smtp_reply"]!);
        Assert.Equal(_now, (DateTimeOffset)move.Move.Patch["sent_at"]!);
        Assert.Equal(1, (int)move.Move.Patch["attempts"]!);
        Assert.Equal("<id@example.com>", (string)move.Move.Patch["message_id"]!);
        Assert.Null(move.WakeAt);
    }

    [Fact]
    public void Sent_to_some_names_the_refused()
    {
        var move = Of(new Outcome.Sent("250 Ok", [new("b@example.com", 550, "550 5.1.1 no such user")]));
        Assert.Equal("sent", (string)move.Move.Patch["status"]!);
        Assert.Contains("b@example.com: 550 5.1.1 no such user", (string)move.Move.Entry["detail"]!, StringComparison.Ordinal);
        Assert.Equal("rcpt_to", (string)move.Move.Patch["last_error"]!["stage"]!);
    }

    [Fact]
    public void A_temporary_failure_is_pending_again_and_woken_at_its_next_attempt()
    {
        var move = Of(new Outcome.TryAgain(_error));
        Assert.Equal("pending", (string)move.Move.Patch["status"]!);
        Assert.Equal(_now.AddSeconds(30), move.WakeAt);
        Assert.Equal(_now.AddSeconds(30), (DateTimeOffset)move.Move.Patch["due_at"]!);
        Assert.Equal("451 4.7.1 later", (string)move.Move.Patch["last_error"]!["reply"]!);
        Assert.True(move.Move.Patch.ContainsKey("claimed_by") && move.Move.Patch["claimed_by"] is null);
    }

    [Fact]
    public void A_temporary_failure_past_send_before_is_final()
    {
        var move = Of(new Outcome.TryAgain(_error), sendBefore: _now.AddSeconds(30));
        Assert.Equal("failed", (string)move.Move.Patch["status"]!);
        Assert.Null(move.WakeAt);
    }

    [Fact]
    public void Trouble_that_is_not_the_emails_returns_it_unharmed()
    {
        var move = Of(new Outcome.SenderBlocked(_error, "login refused"));
        Assert.Equal("pending", (string)move.Move.Patch["status"]!);
        Assert.Equal(0, (int)move.Move.Patch["attempts"]!);
        Assert.Equal(_error.Verdict, (string?)move.Move.Patch["last_error"]!["verdict"]);
        Assert.Equal(_now.AddSeconds(-1), move.WakeAt);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_test_is_not_tried_again(Outcome outcome) =>
        Assert.Equal("failed", (string)Of(outcome, source: EmailSource.Test).Move.Patch["status"]!);

    public static TheoryData<Outcome> Failures =>
        [new Outcome.TryAgain(_error), new Outcome.SenderBlocked(_error, "x"), new Outcome.Failed(_error)];

    [Fact]
    public void What_is_in_doubt_stays_in_doubt_even_for_a_test() =>
        Assert.Equal("unknown", (string)Of(new Outcome.Unknown(_error), source: EmailSource.Test).Move.Patch["status"]!);

    [Theory]
    [InlineData(1, 0, 30)]
    [InlineData(2, 0, 60)]
    [InlineData(5, 0, 480)]
    [InlineData(1, 1, 37.5)]
    [InlineData(40, 0, 3600)]
    [InlineData(40, 1, 3600)]
    [InlineData(7, 1, 2400)]
    [InlineData(8, 1, 3600)]
    public void The_delay_doubles_with_jitter_up_to_an_hour(int attempt, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), _retry.DelayAfter(attempt, jitter));

    private static OutcomeTransition Of(Outcome outcome, string source = EmailSource.Config, DateTimeOffset? sendBefore = null)
    {
        var email = new ScheduledEmail
        {
            Id = Guid.CreateVersion7(),
            ClientId = "acme",
            Source = source,
            To = ["ada@example.com"],
            Subject = "s",
            BodyId = "b",
            Status = EmailStatus.Sending,
            ScheduledDatetime = _now.AddSeconds(-1),
            DueAt = _now.AddSeconds(-1),
            SendBefore = sendBefore ?? _now.AddDays(3),
            CreatedAt = _now,
            ClaimedBy = Guid.CreateVersion7(),
            ClaimBatch = Guid.CreateVersion7(),
        };
        return OutcomeTransition.Decide(
            new(email, EmailBody.Create("acme", new() { Text = "text" }), _now), outcome, _now, "<id@example.com>", _retry, jitter: 0,
            "sender-1");
    }
}
