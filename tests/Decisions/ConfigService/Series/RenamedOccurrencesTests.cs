using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Series;

/// <summary>Occurrences that are named by a rule before, and those that are being sent: each edit finds their places.</summary>
public sealed class RenamedOccurrencesTests
{
    private static readonly DateTimeOffset _start = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Recurrence _daily = new(
        "FREQ=DAILY", "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First);

    [Fact]
    public void What_another_zone_has_kept_is_found_by_every_edit_after_that()
    {
        var model = new SeriesModel(_daily, _start);
        var before = model.Pending.ConvertAll(email => (email.Id, email.ScheduledDatetime));
        var london = _daily with { StartLocal = "2026-12-01T08:00:00", TimeZone = "Europe/London" };
        model.Save(london);
        Assert.Equal(before, model.Pending.Select(email => (email.Id, email.ScheduledDatetime)));
        Assert.All(model.Pending, email => Assert.Equal($"{email.Occurrence![..11]}08:00:00", email.Local!.ScheduledLocal));
        model.Save(london with { Move = new Dictionary<string, string> { ["2026-12-05T08:00:00"] = "2026-12-05T20:00:00" } });
        Assert.Equal(before.Select(each => each.Id), model.Pending.Select(email => email.Id));
        Assert.Equal(new(2026, 12, 5, 20, 0, 0, TimeSpan.Zero), model.Pending[3].ScheduledDatetime);
        model.Save(london, "other");
        Assert.Equal(before.Select(each => each.ScheduledDatetime), model.Pending.Select(email => email.ScheduledDatetime));
        model.Save(london with { Skip = ["2026-12-05T08:00:00"] }, "other");
        Assert.Equal(30, model.Pending.Count);
        model.Save(london, "other");
        model.TopUp(days: 2);
        model.AssertEachOnce();
        Assert.Equal(31, model.Pending.Count);
    }

    [Fact]
    public void A_moved_occurrence_that_a_rule_yields_then_is_found_too()
    {
        var mondays = _daily with { Rrule = "FREQ=WEEKLY;BYDAY=MO" };
        var model = new SeriesModel(mondays, _start);
        model.Save(mondays with { Move = new Dictionary<string, string> { ["2026-12-07T09:00:00"] = "2026-12-08T09:00:00" } });
        var id = model.Pending[0].Id;
        var tuesdays = _daily with { Rrule = "FREQ=WEEKLY;BYDAY=TU" };
        model.Save(tuesdays);
        Assert.Equal(id, model.Pending[0].Id);
        model.Save(tuesdays, "other");
        Assert.Equal(new(2026, 12, 8, 8, 0, 0, TimeSpan.Zero), model.Pending[0].ScheduledDatetime);
    }

    [Fact]
    public void A_name_that_another_occurrence_needs_is_given_up()
    {
        var model = new SeriesModel(_daily with { Rrule = "FREQ=DAILY;BYHOUR=9,10" }, _start);
        var london = _daily with { Rrule = "FREQ=DAILY;BYHOUR=8,9,10", TimeZone = "Europe/London" };
        model.Save(london);
        model.AssertEachOnce();
        model.AssertWhatIsWanted();
        Assert.Equal(3, model.Pending.Count(email => email.ScheduledDatetime.Date == new DateTime(2026, 12, 5)));
        model.Save(london, "other");
        model.AssertEachOnce();
        model.AssertWhatIsWanted();
    }

    [Fact]
    public void What_was_kept_far_ahead_is_not_made_twice_when_the_system_goes_on()
    {
        var model = new SeriesModel(_daily, _start);
        var hours = string.Join(',', Enumerable.Range(0, 24).Where(hour => hour != 9));
        model.Save(_daily with { Rrule = $"FREQ=DAILY;BYHOUR={hours}", TimeZone = "Europe/London" });
        for (var day = 0; day < 30; day++)
        {
            model.TopUp(days: 1);
            model.AssertEachOnce();
        }
    }

    [Fact]
    public void One_that_was_cancelled_by_hand_under_an_older_name_does_not_come_back()
    {
        var model = new SeriesModel(_daily, _start);
        var london = _daily with { StartLocal = "2026-12-01T08:00:00", TimeZone = "Europe/London" };
        model.Save(london);
        model.CancelByHand("2026-12-05T09:00:00");
        model.Save(london with { Skip = ["2026-12-05T08:00:00"] });
        model.Save(london);
        Assert.DoesNotContain(model.Pending, email => email.ScheduledDatetime == new DateTimeOffset(2026, 12, 5, 8, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void One_that_is_being_sent_is_not_tried_again_where_its_place_is_gone_and_named_where_it_is_changed()
    {
        var model = new SeriesModel(_daily, _start);
        model.Send("2026-12-02T09:00:00");
        model.Save(_daily, "other");
        Assert.Empty(model.Change.Running);
        Assert.Equal("2026-12-02T09:00:00", Assert.Single(model.Change.TooLate).Occurrence);
        model.Save(_daily with { Skip = ["2026-12-02T09:00:00"] }, "other");
        Assert.Equal("2026-12-02T09:00:00", Assert.Single(model.Change.Running).Occurrence);
        Assert.Single(model.Change.TooLate);

        model = new SeriesModel(_daily, _start);
        model.Send("2026-12-02T09:00:00");
        model.Save(_daily with { TimeZone = "Europe/Paris" });
        Assert.Empty(model.Change.Running.Concat(model.Change.TooLate));
        model.Save(_daily with { Rrule = "FREQ=WEEKLY;BYDAY=MO" });
        Assert.Single(model.Change.Running);
    }
}
