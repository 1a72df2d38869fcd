using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.Tests.Decisions.SenderService;

/// <summary>What an e-mail leaves for recipients that the server put off.</summary>
public sealed class RemaindersTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy _retry = new(TimeSpan.FromSeconds(30));
    private static readonly RefusedRecipient _later =
        new("c@example.com", 450, "450 4.2.0 later") { Retry = RecipientRetry.Later, Verdict = "later.greylisted", Hint = "It waits." };
    private static readonly RefusedRecipient _atOnce =
        new("D@example.com", 452, "452 4.5.3 Too many recipients") { Retry = RecipientRetry.AtOnce };
    private static readonly RefusedRecipient _never = new("b@example.com", 550, "550 5.1.1 no such user")
    {
        Retry = RecipientRetry.None,
        Verdict = "recipient.unknown",
        Hint = "Check it.",
    };

    [Fact]
    public void Those_put_off_get_an_email_of_its_own_after_the_retry_delay()
    {
        var rest = Of([_later]).Email;
        Assert.Equal((EmailStatus.Pending, EmailSource.Remainder, 0), (rest.Status, rest.Source, rest.Attempts));
        Assert.Equal(_now.AddSeconds(30), rest.DueAt);
        Assert.Equal("| Cy <c@example.com> |", Recipients(rest));
        Assert.Equal((_email.To, _email.Cc, _email.Bcc), (rest.Named!.To, rest.Named.Cc, rest.Named.Bcc));
        Assert.Equal((_email.Id, _email.Id, "<id@example.com>"), (rest.RemainderOf, rest.MessageOf, rest.MessageId));
        Assert.Equal(
            (_email.SendBefore, true, _email.ScheduledDatetime, _email.BodyId),
            (rest.SendBefore, rest.SendBeforeSet, rest.ScheduledDatetime, rest.BodyId));
        Assert.Equal((null, null, null), (rest.Key, rest.Revision, rest.ClaimedBy));
        Assert.Equal(new LastError("rcpt_to", "c@example.com: 450 4.2.0 later", "It waits.", false, "later.greylisted"), rest.LastError);
    }

    [Fact]
    public void One_recipient_too_many_for_the_transaction_is_tried_at_once_and_takes_the_others_along()
    {
        var rest = Of([_later, _atOnce]).Email;
        // The time of the claim: the database's clock has passed it for certain.
        Assert.Equal(_claimedAt, rest.DueAt);
        Assert.Equal("| Cy <c@example.com> | d@example.com", Recipients(rest));
    }

    [Fact]
    public void Only_those_refused_for_good_are_an_error_of_the_original()
    {
        var move = Move([_never, _later]);
        Assert.Equal("refused: b@example.com: 550 5.1.1 no such user", (string)move.Move.Patch["last_error"]!["reply"]!);
        Assert.Equal(
            ("recipient.unknown", true),
            ((string)move.Move.Patch["last_error"]!["verdict"]!, (bool)move.Move.Patch["last_error"]!["permanent"]!));
        Assert.DoesNotContain("c@example.com", (string)move.Move.Entry["detail"]!, StringComparison.Ordinal);
        Assert.Null(Move([_later]).Move.Patch["last_error"]);
        Assert.Equal([(move.Move.Remainder!.Email.Id, _now.AddSeconds(30))], move.Wakes);
    }

    [Fact]
    public void The_same_claim_always_leaves_the_same_remainder_and_another_claim_another()
    {
        Assert.Equal(Of([_later]).Email.Id, Of([_later]).Email.Id);
        Assert.NotEqual(Of([_later]).Email.Id, Of([_later], _email with { ClaimBatch = Guid.CreateVersion7() }).Email.Id);
        Assert.Equal((7, _claimedAt), (Of([_later]).Email.Id.Version, At(Of([_later]).Email.Id)));
    }

    [Fact]
    public void The_rest_of_a_rest_names_what_it_comes_from_and_keeps_the_first_ones_message()
    {
        var rest = Of([_later, _atOnce]).Email;
        var second = Of([_later], rest with { ClaimBatch = Guid.CreateVersion7() }).Email;
        Assert.Equal((rest.Id, _email.Id), (second.RemainderOf, second.MessageOf));
        Assert.Equal(_email.To, second.Named!.To);
        Assert.Equal("| Cy <c@example.com> |", Recipients(second));
        // Its recipients have been put off twice by now.
        Assert.Equal(_now.AddSeconds(60), second.DueAt);
    }

    [Fact]
    public void Whoever_could_not_be_tried_again_in_time_is_an_error_of_the_original()
    {
        var move = Move([_later], _email with { SendBefore = _now.AddSeconds(30) });
        Assert.Null(move.Move.Remainder);
        Assert.Equal(
            ("refused: c@example.com: 450 4.2.0 later", false),
            ((string)move.Move.Patch["last_error"]!["reply"]!, (bool)move.Move.Patch["last_error"]!["permanent"]!));
        Assert.Empty(move.Wakes);
    }

    [Fact]
    public void A_test_leaves_nothing_behind() => Assert.Null(Move([_later], _email with { Source = EmailSource.Test }).Move.Remainder);

    private static readonly DateTimeOffset _claimedAt = _now.AddMilliseconds(-5);

    private static readonly ScheduledEmail _email = new()
    {
        Id = Guid.CreateVersion7(),
        ClientId = "acme",
        Key = "welcome",
        Revision = 3,
        Source = EmailSource.Config,
        To = ["ada@example.com", "b@example.com"],
        Cc = ["Cy <c@example.com>"],
        Bcc = ["d@example.com"],
        Subject = "s",
        BodyId = "b",
        Status = EmailStatus.Sending,
        ScheduledDatetime = _now.AddSeconds(-1),
        DueAt = _now.AddSeconds(-1),
        SendBefore = _now.AddDays(3),
        CreatedAt = _now,
        ClaimedBy = Guid.CreateVersion7(),
        ClaimBatch = Guid.CreateVersion7(),
    };

    private static string Recipients(ScheduledEmail email) =>
        string.Join(" | ", new[] { email.To, email.Cc, email.Bcc }.Select(list => string.Join(", ", list))).Trim();

    private static Remainder Of(RefusedRecipient[] refused, ScheduledEmail? email = null) => Move(refused, email).Move.Remainder!;

    private static OutcomeTransition Move(RefusedRecipient[] refused, ScheduledEmail? email = null) => OutcomeTransition.Decide(
        new(email ?? _email, EmailBody.Create("acme", new() { Text = "text" }), _claimedAt), new Outcome.Sent("250 Ok", refused), _now,
        "<id@example.com>", _retry, jitter: 0, "sender-1");

    private static DateTimeOffset At(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16));
}
