using System.Globalization;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Scheduling;
using PostgresScheduler;
using PostgresScheduler.Recurring;
using Quartz = MassTransit.MessageHeaders.Quartz;

namespace Mail.Tests.Decisions.Recurring;

/// <summary>When a recurring schedule comes next, and what its messages look like.</summary>
public sealed class CronScheduleTests
{
    private const string EveryTenMinutes = "0 0/10 * * * ?";

    [Theory]
    [InlineData("08:00:00", "08:00:05", "08:10:00")] // as planned
    [InlineData("08:00:00", "08:10:59", "08:10:00")] // late, and within the tolerance
    [InlineData("08:00:00", "08:11:01", "08:20:00")] // missed
    [InlineData("08:00:00", "09:34:00", "09:40:00")] // several missed
    public void After_one_that_has_gone_out_comes(string planned, string now, string next) =>
        Assert.Equal(At(next), CronSchedule.Parse(EveryTenMinutes, "UTC", end: null).Next(At(planned), At(now)));

    [Fact]
    public void Its_start_and_its_end_belong_to_it()
    {
        var schedule = CronSchedule.Parse(EveryTenMinutes, "UTC", At("08:20:00"));
        Assert.Equal(At("08:00:00"), schedule.From(At("08:00:00")));
        Assert.Equal(At("08:20:00"), schedule.Next(At("08:10:00"), At("08:10:00")));
        Assert.Null(schedule.Next(At("08:20:00"), At("08:20:00")));
        Assert.Null(schedule.From(At("08:20:01")));
    }

    [Fact]
    public void It_goes_by_the_wall_clock_of_its_zone()
    {
        var schedule = CronSchedule.Parse("0 30 2 * * ?", "Europe/Berlin", end: null);
        // The clocks go forward on 28 March 2027: 2:30 does not exist, and comes when the hour is over.
        var before = new DateTimeOffset(2027, 3, 27, 1, 30, 0, TimeSpan.Zero);
        var gap = new DateTimeOffset(2027, 3, 28, 1, 0, 0, TimeSpan.Zero);
        Assert.Equal(gap, schedule.Next(before, before));
        Assert.Equal(new DateTimeOffset(2027, 3, 29, 0, 30, 0, TimeSpan.Zero), schedule.Next(gap, gap));
        // They go back on 31 October 2027: 2:30 exists twice, and comes once.
        var twice = new DateTimeOffset(2027, 10, 31, 0, 30, 0, TimeSpan.Zero);
        Assert.Equal(twice, schedule.Next(twice.AddDays(-1), twice.AddDays(-1)));
        Assert.Equal(new DateTimeOffset(2027, 11, 1, 1, 30, 0, TimeSpan.Zero), schedule.Next(twice, twice));
    }

    [Fact]
    public void The_schedulers_own_zone_is_known_by_whatever_id_it_has()
    {
        // As .NET names it where /etc/localtime is none of the files that it knows.
        var local = TimeZoneInfo.CreateCustomTimeZone("Local", TimeSpan.FromHours(3), "here", "here");
        Assert.Same(local, CronSchedule.Zone("Local", local));
        Assert.Equal("Europe/Berlin", CronSchedule.Zone("Europe/Berlin", local).Id);
        Assert.Throws<TimeZoneNotFoundException>(() => CronSchedule.Zone("Local", TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("0 0 9 ? * 9", "UTC", "0 0 9 ? * 9")]
    [InlineData(EveryTenMinutes, "Middle-earth/Shire", "Middle-earth/Shire")]
    public void What_makes_no_sense_is_refused_and_named(string cron, string zone, string named) => Assert.Contains(
        named, Assert.Throws<ArgumentException>(() => CronSchedule.Parse(cron, zone, end: null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Each_message_has_an_id_of_its_own_and_says_when_it_was_due()
    {
        var schedule = Schedule(MissedEventPolicy.Default);
        var message = RecurringMessage.Create(schedule, NewId.NextGuid(), At("08:10:00"), At("08:00:00"));
        var other = RecurringMessage.Create(schedule, NewId.NextGuid(), At("08:20:00"), At("08:10:00"));
        var envelope = JsonNode.Parse(message.Body)!;
        Assert.Equal(message.Properties.MessageId.ToString(), (string?)envelope["messageId"]);
        Assert.NotEqual(message.Properties.MessageId, other.Properties.MessageId);
        Assert.Equal(At("08:10:00"), (DateTimeOffset)envelope["sentTime"]!);
        Assert.Equal(At("08:10:30"), (DateTimeOffset)envelope["expirationTime"]!);
        Assert.Equal("tea", (string?)envelope["message"]!["what"]);
        Assert.Equal(At("08:10:00"), (DateTimeOffset)envelope["headers"]![Quartz.Scheduled]!);
        Assert.Equal(At("08:00:00"), (DateTimeOffset)envelope["headers"]![Quartz.PreviousSent]!);
        Assert.Equal(At("08:20:00"), (DateTimeOffset)envelope["headers"]![Quartz.NextScheduled]!);
        Assert.Equal("breaks", message.Properties.Headers![Quartz.ScheduleGroup].GetString());
        Assert.Equal(At("08:10:00"), message.Due);
    }

    [Theory]
    [InlineData(MissedEventPolicy.Default, null)]
    [InlineData(MissedEventPolicy.Send, null)]
    [InlineData(MissedEventPolicy.Skip, 60)]
    public void Where_misfires_are_skipped_a_message_may_be_a_minute_late(MissedEventPolicy policy, int? seconds) => Assert.Equal(
        seconds,
        (int?)RecurringMessage.Create(Schedule(policy), NewId.NextGuid(), At("08:10:00"), null).Properties.NotLaterThan?.TotalSeconds);

    private static RecurringTimer Schedule(MissedEventPolicy policy)
    {
        var message = MessageEnvelope.Seal(new Reminder("tea"), new Uri("exchange:tea"), At("08:00:00"), NewId.NextGuid());
        return new(
            "breaks", "tea", EveryTenMinutes, "UTC", End: null, policy,
            message with { Properties = message.Properties with { TimeToLive = TimeSpan.FromSeconds(30) } });
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-12-01T{time}Z", CultureInfo.InvariantCulture);

    public sealed record Reminder(string What);
}
