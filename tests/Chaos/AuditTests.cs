namespace Mail.Tests.Chaos;

/// <summary>Each way of breaking a promise is found in ledgers that show it, and nothing is in those that don't.</summary>
public sealed class AuditTests
{
    private const string Id = "e";
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Fault _kill = new(Seconds(10), Seconds(5), FaultKind.Kill, "sender-1");

    [Fact]
    public void Nothing_is_amiss_where_the_ledgers_agree()
    {
        Clean([Made("a"), Made("b"), Cancelled("b")], [Shows("a", "sent"), Shows("b", "cancelled")], [Keeps("a")]);
        Clean([Made(Id)], [Shows(Id, "failed")], []);
        Clean([], [Shows(Id, "sent")], [Keeps(Id)]); // the answer was lost
    }

    [Fact]
    public void Lost() => Finds(Promise.Lost, [Made(Id)], [], []);

    [Fact]
    public void Lost_though_it_shows_as_sent() => Finds(Promise.Lost, [Made(Id)], [Shows(Id, "sent")], []);

    [Fact]
    public void Twice() => Finds(Promise.Twice, [Made(Id)], [Shows(Id, "sent")], [Keeps(Id), Keeps(Id)]);

    [Fact]
    public void After_an_acknowledged_cancel() => Finds(Promise.AfterCancel, [Made(Id), Cancelled(Id)], [Shows(Id, "sent")], [Keeps(Id)]);

    [Fact]
    public void Early() => Finds(Promise.Early, [Made(Id)], [Shows(Id, "sent")], [Keeps(Id) with { Dot = _due.AddMilliseconds(-1) }]);

    [Theory]
    [InlineData("pending")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("expired")]
    public void Kept_and_shown_otherwise(string status) => Finds(Promise.WrongStatus, [Made(Id)], [Shows(Id, status)], [Keeps(Id)]);

    [Fact]
    public void Kept_and_not_shown() => Finds(Promise.WrongStatus, [], [], [Keeps(Id)]);

    [Theory]
    [InlineData("pending")]
    [InlineData("sending")]
    public void Stuck(string status) => Finds(Promise.Stuck, [Made(Id)], [Shows(Id, status)], []);

    [Fact]
    public void Held_though_nothing_was_restored() =>
        Assert.Equal(
            [Promise.HeldWithoutCause],
            Audit.Of(new([], [], [], [], ["it may be a copy"], [])).Violations.Select(violation => violation.Promise));

    [Fact]
    public void Not_held_though_something_was_restored() =>
        Assert.Equal(
            [Promise.NotHeld], Audit.Of(new([], [], [], [], [], ["RollBack: not held"])).Violations.Select(violation => violation.Promise));

    [Fact]
    public void Old_requests_that_are_still_remembered_are_stuck() =>
        Assert.Equal(
            [Promise.Stuck], Audit.Of(new([], [], [], [], [], [], NotForgotten: 3)).Violations.Select(violation => violation.Promise));

    [Fact]
    public void In_doubt_by_a_fault_that_was_going_on()
    {
        var report = Audit.Of(new([Made(Id)], [Doubt(Id, Seconds(9))], [Keeps(Id)], [_kill], [], []));
        Assert.Empty(report.Violations);
        Assert.Equal(_kill, report.Unknown[Id]);
    }

    [Theory]
    [InlineData(FaultKind.Kill, "sender-2")] // another sender
    [InlineData(FaultKind.Stop, "sender-1")] // SIGTERM leaves nothing in doubt
    [InlineData(FaultKind.Kill, "scheduler-1")]
    [InlineData(FaultKind.Refuse, "smtp")]
    [InlineData(FaultKind.Cut, "sender-1/rabbitmq")]
    public void In_doubt_though_no_fault_explains_it(FaultKind kind, string target) =>
        Finds(Promise.WrongStatus, [Made(Id)], [Doubt(Id, Seconds(9))], [], _kill with { Kind = kind, Target = target });

    [Fact]
    public void In_doubt_long_after_the_fault() => Finds(Promise.WrongStatus, [Made(Id)], [Doubt(Id, Seconds(18))], [], _kill);

    [Fact]
    public void A_kill_that_left_more_in_doubt_than_its_sender_had_connections()
    {
        var doubts = Enumerable.Range(0, Audit.Connections + 1).Select(number => Doubt($"{number}", Seconds(9))).ToList();
        Assert.Single(Audit.Of(new([], doubts, [], [_kill], [], [])).Violations);
        Assert.Empty(Audit.Of(new([], doubts[1..], [], [_kill], [], [])).Violations);
    }

    [Fact]
    public void The_report_shows_an_offender_with_all_that_is_known_of_it()
    {
        var text = Audit.Of(new([Made(Id), Cancelled(Id)], [Doubt(Id, Seconds(9))], [Keeps(Id)], [_kill], [], [])).ToString();
        foreach (var line in new[]
        {
            "AfterCancel          1", "AfterCancel: cancel was acknowledged", "caller  Cancelled, by cancel", "server  kept it",
            "system  sending", "fault   Kill sender-1",
        })
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Telling Made(string id) => new(Seconds(1), id, Told.Created, "create");

    private static Telling Cancelled(string id) => new(Seconds(2), id, Told.Cancelled, "cancel");

    private static Kept Keeps(string id) => new(Seconds(10), _due, id);

    private static Shown Shows(string id, string status) => new(id, status, _due, []);

    private static Shown Doubt(string id, TimeSpan sending) =>
        Shows(id, "unknown") with
        {
            Timeline =
            [
                new(sending, "sending", "attempt 1", "sender-1"),
                new(sending + Seconds(35), "unknown", "its sender died in mid-hand-over", "scheduler-1"),
            ],
        };

    private static void Clean(Telling[] told, Shown[] shown, Kept[] kept) =>
        Assert.Empty(Audit.Of(new(told, shown, kept, [], [], [])).Violations);

    private static void Finds(Promise promise, Telling[] told, Shown[] shown, Kept[] kept, params Fault[] faults) =>
        Assert.Contains(promise, Audit.Of(new(told, shown, kept, faults, [], [])).Violations.Select(violation => violation.Promise));
}
