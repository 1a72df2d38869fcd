using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.Hosting;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class ExplanationTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly ScheduledEmail _email = new()
    {
        Id = Guid.Parse("01a20fe3-9a65-7aa9-bd07-0480abda7a71"),
        ClientId = "acme",
        Source = EmailSource.Config,
        To = ["ada@example.com"],
        Subject = "s",
        BodyId = "b",
        ScheduledDatetime = _now,
        DueAt = _now,
        SendBefore = _now.AddHours(72),
        CreatedAt = _now,
    };

    private static readonly Sender _ready = new()
    {
        Id = Guid.Empty,
        Instance = "sender-1",
        Configured = true,
        Missing = [],
        Variables = new Dictionary<string, bool>(),
        Effective = new("smtp.example.com", 587, "starttls", 30, "a@b.c", null),
        State = SenderState.Ready,
    };

    private static readonly Sender _lacking =
        _ready with { Configured = false, Missing = ["SMTP_PASSWORD"], State = SenderState.Unconfigured };
    private static readonly Sender _unable = _ready with
    {
        Configured = false,
        Invalid = new Dictionary<string, string> { ["SMTP_PORT"] = "is no number" },
        State = SenderState.Unconfigured,
    };

    private static readonly Sender _blocked =
        _ready with { State = SenderState.Blocked, Reason = "login refused: 535 5.7.8 no", Hint = "Gmail: use an App Password." };
    private static readonly LastError _later = new("rcpt_to", "451 4.7.1 greylisted", null, Permanent: false);

    [Fact]
    public void Due_in_the_future() => Says("Due in 3 h.", Due(_now.AddHours(3)));

    [Fact]
    public void Due_in_the_future_with_no_sender_that_could_send_it() =>
        Says("Due in 3 h, but it could not be sent now: every sender lacks SMTP_PASSWORD.", Due(_now.AddHours(3)), [_lacking, _lacking]);

    [Fact]
    public void Overdue_because_every_sender_lacks_a_setting() =>
        Says("Overdue by 12 min: every sender lacks SMTP_PASSWORD.", Due(_now.AddMinutes(-12)), [_lacking]);

    [Fact]
    public void Overdue_because_no_sender_runs() => Says("Overdue by 5 s: no sender is running.", Due(_now.AddSeconds(-5)), []);

    [Fact]
    public void Overdue_because_the_sender_is_blocked() =>
        Says("Overdue by 5 s: the sender is blocked (login refused). Gmail: use an App Password.", Due(_now.AddSeconds(-5)), [_blocked]);

    private static readonly Guid _original = Guid.Parse("019ad5a2-7c00-7000-8000-000000000001");

    [Fact]
    public void A_remainder_says_what_it_is_left_from_and_when_it_goes_out() => Says(
        "The server put these recipients off when it took 019ad5a2-7c00-7000-8000-000000000001 for the others: 451 4.7.1 greylisted; next "
        + "at 2026-12-01 08:00:30 UTC.",
        Due(_now.AddSeconds(30)) with { RemainderOf = _original, LastError = _later });

    [Fact]
    public void A_remainder_that_was_not_tried_again_says_so() => Says(
        "The server put these recipients off when it took 019ad5a2-7c00-7000-8000-000000000001 for the others: 451 4.7.1 greylisted. "
        + "It was not tried again by 2026-12-01 08:00:30 UTC, and they do not get it.",
        Due(_now) with { Status = EmailStatus.Failed, RemainderOf = _original, LastError = _later, SendBefore = _now.AddSeconds(30) });

    [Fact]
    public void An_original_says_who_serves_the_rest() => Assert.EndsWith(
        "The server put some recipients off; they get it as 019ad5a2-7c00-7000-8000-000000000001.",
        Explanation.Explain(
            Due(_now) with { Status = EmailStatus.Sent, SentAt = _now, SmtpReply = "250 Ok", Remainder = _original },
            SendingConditions.Nothing),
        StringComparison.Ordinal);

    [Fact]
    public void Overdue_by_a_moment() => Says("Overdue by 20 ms: a sender is about to take it.", Due(_now.AddMilliseconds(-20)));

    [Fact]
    public void An_attempt_failed_and_another_follows() => Says(
        "Attempt 2 failed: 451 4.7.1 greylisted; next at 2026-12-01 08:01:00 UTC.",
        Due(_now.AddMinutes(1)) with { Attempts = 2, LastError = _later });

    [Fact]
    public void No_scheduler_is_heard_of() => Assert.Equal(
        "Overdue by 10 s: no SchedulerService has reached PostgreSQL and RabbitMQ for a while: look at whether it runs, and at its log.",
        Explanation.Explain(Due(_now.AddSeconds(-10)), Seen([_ready]) with { Counted = _now.AddMinutes(-1) }));

    [Fact]
    public void Held_back() => Says(
        "Overdue by 10 s. Sending for this client is held back since 2026-12-01 07:00:00 UTC by operator: migration. It goes out after "
        + "the release.",
        Due(_now.AddSeconds(-10)), [_ready], new Hold { Id = "acme", Since = _now.AddHours(-1), By = "operator", Reason = "migration" });

    [Fact]
    public void Held_back_with_everything_else() => Says(
        "Overdue by 10 s. All sending is held back since 2026-12-01 07:00:00 UTC by operator. It goes out after the release.",
        Due(_now.AddSeconds(-10)), [_ready], new Hold { Id = Hold.Everything, Since = _now.AddHours(-1), By = "operator" });

    [Fact]
    public void Another_clients_hold_says_nothing() =>
        Says("Due in 3 h.", Due(_now.AddHours(3)), [_ready], new Hold { Id = "other", Since = _now, By = "operator" });

    [Fact]
    public void Being_handed_over() => Says(
        "sender-1 is handing it over to the server right now.",
        _email with { Status = EmailStatus.Sending, Timeline = [new(_now, "sending", "attempt 1", "sender-1")] });

    [Fact]
    public void Sent() => Says(
        "Sent 4 ms after it was due; the server answered 250 2.0.0 Ok.",
        _email with { Status = EmailStatus.Sent, SentAt = _now.AddMilliseconds(4), SmtpReply = "250 2.0.0 Ok" });

    [Fact]
    public void Sent_to_some() => Says(
        "Sent 1 s after it was due; the server answered 250 Ok. Some recipients were refused: b@example.com: 550 no.",
        _email with
        {
            Status = EmailStatus.Sent,
            SentAt = _now.AddSeconds(1),
            SmtpReply = "250 Ok",
            LastError = new("rcpt_to", "b@example.com: 550 no", null, true),
        });

    [Fact]
    public void Refused_for_good() => Says(
        "The server refused it for good at rcpt_to: 550 5.1.1 no such user. Check the address. The server does not have it.",
        _email with
        {
            Status = EmailStatus.Failed,
            Attempts = 1,
            LastError = new("rcpt_to", "550 5.1.1 no such user", "Check the address.", true),
        });

    [Fact]
    public void Tried_until_it_was_no_longer_worth_it() => Says(
        "It was tried 9 times until 2026-12-04 08:00:00 UTC; the last attempt failed at rcpt_to: 451 4.7.1 greylisted. The server does "
        + "not have it.",
        _email with { Status = EmailStatus.Failed, Attempts = 9, LastError = _later });

    [Fact]
    public void In_doubt_after_the_final_dot() => Says(
        "The conversation broke after the final dot. The server may or may not have it, so it is not sent again by itself: ask the "
        + "recipient, and resend it if it did not arrive.",
        _email with { Status = EmailStatus.Unknown, LastError = new("end_of_data", null, null, false) });

    [Fact]
    public void In_doubt_because_the_sender_died() => Says(
        "In doubt: its sender died in mid-hand-over. The server may or may not have it, so it is not sent again by itself: ask the "
        + "recipient, and resend it if it did not arrive.",
        _email with { Status = EmailStatus.Unknown, Timeline = [new(_now, "unknown", "its sender died in mid-hand-over", "scheduler-1")] });

    [Fact]
    public void In_doubt_because_the_sender_died_at_a_second_attempt() => Says(
        "In doubt: its sender died in mid-hand-over. The server may or may not have it, so it is not sent again by itself: ask the "
        + "recipient, and resend it if it did not arrive.",
        _email with
        {
            Status = EmailStatus.Unknown,
            LastError = _later,
            Timeline = [new(_now, "unknown", "its sender died in mid-hand-over", "scheduler-1")],
        });

    [Theory]
    [InlineData(
        CancelReason.Removed, "A config save left it out, or the config was deleted, before it was sent. The server does not have it.")]
    [InlineData(CancelReason.Cancelled, "It was cancelled before it was sent. The server does not have it.")]
    public void Cancelled(string reason, string sentence) =>
        Says(sentence, _email with { Status = EmailStatus.Cancelled, Reason = reason });

    [Fact]
    public void Superseded() => Says(
        "A config save replaced it with 00000000-0000-0000-0000-000000000000 before it was sent. The server does not have it.",
        _email with { Status = EmailStatus.Cancelled, Reason = CancelReason.Superseded, SupersededBy = Guid.Empty });

    [Fact]
    public void Expired() => Says(
        "It was not handed over by 2026-12-04 08:00:00 UTC, after which it was no longer worth sending. No attempt was made; the server "
        + "does not have it.",
        _email with { Status = EmailStatus.Expired });

    [Fact]
    public void Expired_while_the_sender_was_refused() => Says(
        "It was not handed over by 2026-12-04 08:00:00 UTC, after which it was no longer worth sending. The server refused the sender at "
        + "auth: 535 5.7.8 no; the server does not have it.",
        _email with { Status = EmailStatus.Expired, LastError = new("auth", "535 5.7.8 no", "Check the password.", true) });

    [Fact]
    public void The_forecast_says_what_will_become_of_it()
    {
        Assert.Equal("on_time", Forecast.Predict(Due(_now.AddHours(1)), Seen([_ready])));
        Assert.Equal("on_time", Forecast.Predict(Due(_now.AddMilliseconds(-50)), Seen([_ready])));
        Assert.Equal("late", Forecast.Predict(Due(_now.AddMinutes(-1)), Seen([_ready])));
        Assert.Equal("late", Forecast.Predict(_email with { DueAt = _now.AddMinutes(1), Attempts = 1 }, Seen([_ready])));
        Assert.Equal("blocked", Forecast.Predict(Due(_now.AddHours(1)), Seen([_lacking])));
        Assert.Equal("blocked", Forecast.Predict(Due(_now.AddHours(1)), Seen([])));
        Assert.Equal("on_time", Forecast.Predict(Due(_now.AddHours(1)), Seen([_lacking, _ready])));
        Assert.Equal(
            "held", Forecast.Predict(Due(_now.AddHours(1)), Seen([_lacking], new Hold { Id = "*", Since = _now, By = "operator" })));
        Assert.Null(Forecast.Predict(_email with { Status = EmailStatus.Sent }, Seen([_ready])));
    }

    [Fact]
    public void The_status_is_the_union_of_what_live_senders_lack_and_where_all_are_blocked_it_says_why()
    {
        Assert.Equal((true, 0, null), Status([_ready]));
        Assert.Equal((true, 0, null), Status([_ready, _blocked]));
        Assert.Equal((true, 0, "Nothing is sent: the sender is blocked (login refused). Gmail: use an App Password."), Status([_blocked]));
        Assert.Equal((false, 1, SettingHints.Set), Status([_ready, _lacking]));
        Assert.Equal((false, 0, SendingStatus.NoSender), Status([]));

        static (bool, int, string?) Status(IReadOnlyList<Sender> senders) =>
            SendingStatus.From(senders) is var status ? (status.Configured, status.Missing.Count, status.Hint) : default;
    }

    [Fact]
    public void What_senders_have_and_cannot_use_is_not_missing_and_is_said_with_what_to_do()
    {
        const string Correct =
            "Correct these in your deployment platform's environment variables, and restart the senders: SMTP_PORT is no number.";
        var one = SendingStatus.From([_ready, _unable]);
        Assert.Equal((false, 0, "is no number", Correct), (one.Configured, one.Missing.Count, one.Invalid!["SMTP_PORT"], one.Hint));
        Assert.Null(SendingStatus.From([_ready]).Invalid);
        Assert.Null(SendingStatus.From([_lacking]).Invalid);

        // Two senders, two values of one variable.
        var other =
            _unable with { Missing = ["SMTP_HOST"], Invalid = new Dictionary<string, string> { ["SMTP_PORT"] = SettingText.InQuotes } };
        var two = SendingStatus.From([_unable, other]);
        Assert.Equal(
            ("SMTP_HOST", "is no number; begins and ends with a quote: remove them"),
            (Assert.Single(two.Missing), two.Invalid!["SMTP_PORT"]));
        Assert.StartsWith($"{SettingHints.Set} Correct these", two.Hint, StringComparison.Ordinal);

        Says(
            "Overdue by 12 min: every sender has settings that it can't use (SMTP_PORT is no number).", Due(_now.AddMinutes(-12)),
            [_unable]);
        Says(
            "Overdue by 12 min: every sender lacks SMTP_PASSWORD, and every sender has settings that it can't use (SMTP_PORT is "
            + "no number).",
            Due(_now.AddMinutes(-12)), [_lacking, _unable]);
    }

    [Fact]
    public void Late_because_of_what_is_before_it_at_the_senders_pace()
    {
        var email = Due(_now.AddHours(1));
        Assert.Equal(
            "Due in 1 h. The e-mails before it are sent at 200 an hour, so it is expected to go at 2026-12-01 10:14:42 UTC.", Says(email));
        Assert.Equal("late", Forecast.Predict(email, Behind(email)));
        var expiring = email with { SendBefore = _now.AddHours(2) };
        Assert.Equal(
            "Due in 1 h. The e-mails before it are sent at 200 an hour, so its turn comes after 2026-12-01 10:00:00 UTC, and it "
            + "expires first.",
            Says(expiring));
        Assert.Equal("late", Forecast.Predict(expiring, Behind(expiring)));
        Assert.Equal("Overdue by 12 min. It expires first.", Says(Due(_now.AddMinutes(-12)) with { SendBefore = _now.AddMinutes(-1) }));
        var overdue = Due(_now.AddMinutes(-12));
        Assert.Equal(
            "Overdue by 12 min. The e-mails before it are sent at 200 an hour, so it is expected to go at 2026-12-01 09:14:42 UTC.",
            Says(overdue));

        static string Says(ScheduledEmail email) => Explanation.Explain(email, Behind(email));

        // 249 others are due at the same time, and before it.
        static SendingConditions Behind(ScheduledEmail email)
        {
            var conditions = Seen([_ready with { Pace = new("account", 200 / 3600.0, null, 16, 0) }]);
            var queue = Enumerable.Range(1, 249).Select(
                number => new PendingQueue.Block(email.DueAt, new Guid(number, 0, 0, new byte[8]), _now.AddDays(3), 1, email.DueAt));
            return conditions with { Schedule = conditions.ScheduleOf([.. queue]) };
        }
    }

    private static ScheduledEmail Due(DateTimeOffset due) => _email with { ScheduledDatetime = due, DueAt = due };

    private static SendingConditions Seen(IReadOnlyList<Sender> senders, params IReadOnlyList<Hold> holds) =>
        new(_now, senders, holds, _now.AddSeconds(-1));

    private static void Says(
        string sentence, ScheduledEmail email, IReadOnlyList<Sender>? senders = null, params IReadOnlyList<Hold> holds) =>
        Assert.Equal(sentence, Explanation.Explain(email, Seen(senders ?? [_ready], holds)));
}
