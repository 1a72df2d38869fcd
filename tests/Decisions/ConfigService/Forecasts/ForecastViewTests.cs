using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Forecasts;

public sealed class ForecastViewTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 8, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _nine = _now.AddMinutes(30);
    private static readonly Sender _ready = Ready("one", 200 / 3600.0, null, 16, 0.1);

    [Fact]
    public void Senders_of_one_account_share_its_rate_and_those_of_two_accounts_add_up()
    {
        Assert.Equal(5, Throughput.Estimate([Ready("one", 5, null, 16, 0.1), Ready("one", 5, null, 16, 0.1)])!.PerSecond);
        Assert.Equal(15, Throughput.Estimate([Ready("one", 5, null, 16, 0.1), Ready("two", 10, null, 16, 0.1)])!.PerSecond);
    }

    [Fact]
    public void Without_a_rate_it_is_what_the_connections_can_do_and_what_the_server_lets_through()
    {
        Assert.Equal(40, Throughput.Estimate([Ready("one", null, null, 4, 0.1)])!.PerSecond, 9);
        Assert.Equal(2, Throughput.Estimate([Ready("one", null, 2, 4, 0.1)])!.PerSecond);
        Assert.Equal(160, Throughput.Estimate([Ready("one", null, null, 16, null)])!.PerSecond, 9);
        Assert.Equal(160, Throughput.Estimate([_ready with { Pace = null }])!.PerSecond, 9);
    }

    [Fact]
    public void A_sender_that_is_blocked_sends_nothing()
    {
        Assert.Null(Throughput.Estimate([_ready with { State = SenderState.Blocked }]));
        Assert.Null(Throughput.Estimate([]));
    }

    [Fact]
    public void Four_hundred_and_fifty_at_two_hundred_an_hour()
    {
        var forecast = Of([.. Enumerable.Range(0, 450).Select(_ => One(_nine))], [_ready]);
        Assert.Equal((200.0, 450, _nine), (forecast.RatePerHour, forecast.Due, forecast.FirstDue));
        Assert.InRange(forecast.LastExpected!.Value, _nine + new TimeSpan(2, 14, 42), _nine + new TimeSpan(2, 14, 43));
        // Four go within the first minute, at 0, 18, 36 and 54 s.
        Assert.Equal((446, 0, 0, 0), (forecast.Late, forecast.WillExpire, forecast.Held, forecast.Blocked));
        Assert.Equal(24, forecast.ByHour.Count);
        Assert.Equal((_now, 450, 100), (forecast.ByHour[0].From, forecast.ByHour[0].Due, forecast.ByHour[0].Sent));
        Assert.Equal([100, 200, 150, 0], forecast.ByHour.Take(4).Select(hour => hour.Sent));
    }

    [Fact]
    public void What_expires_first_is_told_apart_from_what_is_late()
    {
        var forecast = Of([.. Enumerable.Range(0, 450).Select(_ => One(_nine) with { SendBefore = _nine.AddHours(1) })], [_ready]);
        Assert.Equal((450, 450 - 201, 201 - 4), (forecast.Due, forecast.WillExpire, forecast.Late));
    }

    [Fact]
    public void Where_nothing_can_be_sent_all_is_blocked_and_nothing_expected()
    {
        var forecast = Of([One(_nine), One(_nine.AddHours(2))], [_ready with { State = SenderState.Blocked }], held: 7);
        Assert.Equal((null, 9, _nine, null), (forecast.RatePerHour, forecast.Due, forecast.FirstDue, forecast.LastExpected));
        Assert.Equal((0, 0, 7, 2), (forecast.Late, forecast.WillExpire, forecast.Held, forecast.Blocked));
        Assert.Equal([1, 0, 1, 0], forecast.ByHour.Take(4).Select(hour => hour.Due));
        Assert.All(forecast.ByHour, hour => Assert.Equal(0, hour.Sent));
    }

    [Fact]
    public void What_is_larger_than_the_server_takes_is_blocked_though_a_sender_is_ready()
    {
        var reading = Reading([One(_nine), One(_nine.AddHours(2))], [_ready], held: 0);
        var queue = reading.Queue with { TooLarge = [One(_nine), One(_nine.AddHours(2))] };
        Assert.Equal(1, ForecastView.From(reading with { Queue = queue }, own: null, hours: 1).Blocked);
        Assert.Equal(2, ForecastView.From(reading, queue, hours: 24).Blocked);
        Assert.Equal(0, ForecastView.From(reading, own: null, hours: 24).Blocked);
    }

    [Fact]
    public void A_client_s_emails_wait_for_those_of_others()
    {
        var queue = Enumerable.Range(0, 450).Select(_ => One(_nine)).OrderBy(block => block.Id).ToList();
        var reading = Reading(queue, [_ready], held: 0);
        var forecast = ForecastView.From(
            reading, new([queue[0], queue[^1]], [One(_nine), One(_nine), One(_now.AddDays(2)), One(_nine)]), 24);
        Assert.Equal((5, 3, 1), (forecast.Due, forecast.Held, forecast.Late));
        Assert.InRange(forecast.LastExpected!.Value, _nine + new TimeSpan(2, 14, 42), _nine + new TimeSpan(2, 14, 43));
    }

    [Fact]
    public void A_block_is_spread_over_the_hours_in_which_its_emails_are_due_and_sent()
    {
        // A thousand due over four hours, at two hundred an hour.
        var block = new PendingQueue.Block(_now, Guid.CreateVersion7(), _now.AddDays(3), 1000, _now.AddHours(4));
        var forecast = Of([block], [_ready]);
        Assert.Equal([250, 250, 250, 250, 0, 0], forecast.ByHour.Take(6).Select(hour => hour.Due));
        Assert.Equal([200, 200, 200, 200, 200, 0], forecast.ByHour.Take(6).Select(hour => hour.Sent));
        Assert.Equal((_now, 1000), (forecast.FirstDue, forecast.Late));
    }

    [Fact]
    public void What_a_rate_has_already_given_away_is_waited_for_once()
    {
        var next = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { ["one"] = _now.AddSeconds(10) };
        Assert.Equal(_now.AddSeconds(10), Throughput.Estimate([_ready], next, _now)!.Begins);
        // Slots further ahead are those of e-mails that are still in the queue.
        next["one"] = _now.AddHours(2);
        Assert.Equal(_now.AddSeconds(18), Throughput.Estimate([_ready], next, _now)!.Begins);
        next["one"] = _now.AddHours(-2);
        Assert.Equal(_now, Throughput.Estimate([_ready], next, _now)!.Begins);
        Assert.Equal(_now, Throughput.Estimate([Ready("two", null, null, 1, 1)], next, _now)!.Begins);
    }

    [Fact]
    public void Only_what_is_due_within_the_hours_counts_and_what_is_overdue_does()
    {
        var forecast = Of([One(_now.AddHours(-2)), One(_nine), One(_now.AddHours(3))], [_ready], hours: 2);
        Assert.Equal((2, _now.AddHours(-2), 1), (forecast.Due, forecast.FirstDue, forecast.Late));
        Assert.Equal([2, 0], forecast.ByHour.Select(hour => hour.Due));
    }

    private static ForecastView Of(IReadOnlyList<PendingQueue.Block> queue, IReadOnlyList<Sender> senders, int held = 0, int hours = 24) =>
        ForecastView.From(Reading([.. queue.OrderBy(block => block.DueAt).ThenBy(block => block.Id)], senders, held), own: null, hours);

    private static SendingForecast.Reading Reading(IReadOnlyList<PendingQueue.Block> queue, IReadOnlyList<Sender> senders, int held)
    {
        var conditions = new SendingConditions(_now, senders, [], _now);
        return new(
            new(queue, [.. Enumerable.Range(0, held).Select(_ => One(_nine))]), conditions, conditions.ScheduleOf(queue), 0, TimeSpan.Zero);
    }

    private static PendingQueue.Block One(DateTimeOffset due) => new(due, Guid.CreateVersion7(), due.AddHours(72), 1, due);

    private static Sender Ready(string account, double? rate, double? learned, int connections, double? handOver) => new()
    {
        Id = Guid.CreateVersion7(),
        Instance = "sender-1",
        Configured = true,
        Missing = [],
        Variables = new Dictionary<string, bool>(StringComparer.Ordinal),
        Effective = new("smtp.example.com", 587, "starttls", 30, "a@b.c", null),
        State = SenderState.Ready,
        Pace = new(account, rate, learned, connections, handOver),
    };
}
