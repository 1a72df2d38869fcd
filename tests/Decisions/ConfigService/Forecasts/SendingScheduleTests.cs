using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Forecasts;

public sealed class SendingScheduleTests
{
    private static readonly DateTimeOffset _nine = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Throughput _twoHundredAnHour = new(200 / 3600.0, TimeSpan.Zero);

    [Fact]
    public void A_burst_under_a_rate_goes_one_after_another_from_its_due_time_on()
    {
        var queue = Burst(450, _nine);
        var schedule = SendingSchedule.Simulate(queue, _twoHundredAnHour, _nine.AddHours(-1));
        Assert.Equal(_nine, Expected(schedule, queue[0]));
        AssertAbout(_nine.AddSeconds(18), Expected(schedule, queue[1]));
        AssertAbout(_nine.AddHours(1), Expected(schedule, queue[200]));
        // 449 e-mails are before the last one: 2 h 14 min 42 s.
        AssertAbout(_nine + new TimeSpan(2, 14, 42), Expected(schedule, queue[^1]));
    }

    [Fact]
    public void What_comes_later_waits_behind_what_is_still_to_be_sent_and_not_behind_what_is_through()
    {
        PendingQueue.Block[] queue = [.. Burst(200, _nine), One(_nine.AddMinutes(30)), One(_nine.AddHours(3))];
        var schedule = SendingSchedule.Simulate(queue, _twoHundredAnHour, _nine);
        AssertAbout(_nine.AddHours(1), Expected(schedule, queue[200]));
        Assert.Equal(_nine.AddHours(3), Expected(schedule, queue[201]));
    }

    [Fact]
    public void What_is_overdue_begins_now()
    {
        var now = _nine.AddHours(5);
        var queue = Burst(3, _nine);
        var schedule = SendingSchedule.Simulate(queue, _twoHundredAnHour, now);
        Assert.Equal(now, Expected(schedule, queue[0]));
        AssertAbout(now.AddSeconds(36), Expected(schedule, queue[2]));
    }

    [Fact]
    public void An_email_whose_turn_comes_after_its_send_before_expires_and_takes_no_turn()
    {
        var queue = Burst(5, _nine);
        queue[2] = queue[2] with { SendBefore = _nine.AddSeconds(30) };
        queue[3] = queue[3] with { SendBefore = _nine.AddSeconds(30) };
        var schedule = SendingSchedule.Simulate(queue, _twoHundredAnHour, _nine);
        Assert.Null(Expected(schedule, queue[2]));
        Assert.Null(Expected(schedule, queue[3]));
        AssertAbout(_nine.AddSeconds(36), Expected(schedule, queue[4]));
        Assert.Equal([1, 1, 1, 1, 1], schedule.Groups().Select(group => group.Count));
        Assert.Equal(2, schedule.Groups().Count(group => group.ExpectedAt is null));
    }

    [Fact]
    public void A_block_stands_for_its_emails_and_the_part_that_expires_is_counted()
    {
        // A thousand at ten a second, of which those of the first half-minute are worth sending.
        var block = new PendingQueue.Block(_nine, Guid.CreateVersion7(), _nine.AddSeconds(29.95), 1000, _nine);
        var schedule = SendingSchedule.Simulate([block], new(10, TimeSpan.FromSeconds(2)), _nine);
        var groups = schedule.Groups().ToList();
        Assert.Equal([300, 700], groups.Select(group => group.Count));
        AssertAbout(_nine.AddSeconds(31.9), groups[0].LastExpectedAt);
        AssertAbout(_nine.AddSeconds(2), groups[0].ExpectedAt);
        Assert.Null(groups[1].ExpectedAt);
    }

    [Fact]
    public void A_block_ends_no_sooner_than_its_last_email_is_due()
    {
        var block = new PendingQueue.Block(_nine, Guid.CreateVersion7(), _nine.AddDays(3), 500, _nine.AddHours(8));
        var schedule = SendingSchedule.Simulate([block, One(_nine.AddHours(8))], new(10, TimeSpan.Zero), _nine);
        AssertAbout(_nine.AddHours(8), schedule.Groups().First().LastExpectedAt);
        // Within it, an e-mail goes when it is due.
        var due = _nine.AddHours(4);
        Assert.InRange(schedule.ExpectedAt(due, Guid.CreateVersion7(), _nine.AddDays(3))!.Value, due, due.AddSeconds(1));
        // Behind it, there is nothing to wait for.
        Assert.Equal(_nine.AddHours(9), schedule.ExpectedAt(_nine.AddHours(9), Guid.CreateVersion7(), _nine.AddDays(3)));
    }

    [Fact]
    public void An_email_that_the_queue_does_not_have_yet_gets_the_place_that_it_will_have()
    {
        var queue = Burst(10, _nine);
        var schedule = SendingSchedule.Simulate(queue, _twoHundredAnHour, _nine.AddHours(-1));
        AssertAbout(_nine.AddSeconds(180), schedule.ExpectedAt(_nine.AddSeconds(1), Guid.CreateVersion7(), _nine.AddDays(3)));
        Assert.Equal(_nine.AddMinutes(-5), schedule.ExpectedAt(_nine.AddMinutes(-5), Guid.CreateVersion7(), _nine.AddDays(3)));
        Assert.Null(schedule.ExpectedAt(_nine.AddSeconds(1), Guid.CreateVersion7(), _nine.AddSeconds(60)));
    }

    [Fact]
    public void Many_blocks_are_found_by_due_time_and_id()
    {
        var queue = Burst(2_000, _nine);
        var schedule = SendingSchedule.Simulate(queue, new(1, TimeSpan.Zero), _nine);
        for (var place = 0; place < queue.Length; place++)
            AssertAbout(_nine.AddSeconds(place), Expected(schedule, queue[place]));
    }

    private static DateTimeOffset? Expected(SendingSchedule schedule, PendingQueue.Block block) =>
        schedule.ExpectedAt(block.DueAt, block.Id, block.SendBefore);

    private static PendingQueue.Block One(DateTimeOffset due) => new(due, Guid.CreateVersion7(), due.AddHours(72), 1, due);

    private static PendingQueue.Block[] Burst(int count, DateTimeOffset due) =>
        [.. Enumerable.Range(0, count).Select(_ => One(due)).OrderBy(block => block.Id)];

    private static void AssertAbout(DateTimeOffset expected, DateTimeOffset? actual) =>
        Assert.InRange(actual ?? DateTimeOffset.MinValue, expected.AddMilliseconds(-1), expected.AddMilliseconds(1));
}
