using CsCheck;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Series;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Series;

public sealed class SeriesChangeTests
{
    private static readonly DateTimeOffset _start = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Recurrence _daily = new(
        "FREQ=DAILY", "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First);

    [Fact]
    public void A_skip_cancels_and_taking_it_back_makes_a_new_one()
    {
        var model = new SeriesModel(_daily, _start);
        var (id, others) = (model.IdOf("2026-12-05T09:00:00"), model.Pending.Count);
        model.Save(_daily with { Skip = ["2026-12-05T09:00:00"] });
        Assert.Equal((EmailStatus.Cancelled, CancelReason.Removed), model.StateOf(id));
        Assert.Equal(others - 1, model.Pending.Count);
        model.Save(_daily);
        Assert.NotEqual(id, model.IdOf("2026-12-05T09:00:00"));
    }

    [Fact]
    public void A_move_keeps_the_id()
    {
        var model = new SeriesModel(_daily, _start);
        var id = model.IdOf("2026-12-05T09:00:00");
        model.Save(_daily with { Move = new Dictionary<string, string> { ["2026-12-05T09:00:00"] = "2026-12-05T17:00:00" } });
        Assert.Equal(id, model.IdOf("2026-12-05T09:00:00"));
        Assert.Equal(new(2026, 12, 5, 16, 0, 0, TimeSpan.Zero), model.Pending.Single(email => email.Id == id).ScheduledDatetime);
        model.Save(_daily);
        Assert.Equal(new(2026, 12, 5, 8, 0, 0, TimeSpan.Zero), model.Pending.Single(email => email.Id == id).ScheduledDatetime);
    }

    [Fact]
    public void Another_rule_keeps_the_same_instants_and_makes_nothing_before_now()
    {
        var model = new SeriesModel(_daily, _start);
        var monday = model.IdOf("2026-12-07T09:00:00");
        model.Save(_daily with { Rrule = "FREQ=WEEKLY;BYDAY=MO" });
        Assert.Equal(monday, model.IdOf("2026-12-07T09:00:00"));
        Assert.Equal(4, model.Pending.Count);
        model.Save(_daily with { StartLocal = "2026-11-01T10:00:00" });
        Assert.All(model.Pending, email => Assert.True(email.ScheduledDatetime > _start));
        Assert.Equal(31, model.Pending.Count);
    }

    [Fact]
    public void Another_zone_with_the_same_instants_keeps_all_and_another_instant_none()
    {
        var model = new SeriesModel(_daily, _start);
        var ids = model.Pending.Select(email => email.Id).ToHashSet();
        model.Save(_daily with { TimeZone = "Europe/Paris" });
        Assert.Equal(ids, model.Pending.Select(email => email.Id).ToHashSet());
        model.Save(_daily with { TimeZone = "Europe/London" });
        Assert.Empty(model.Pending.Select(email => email.Id).Intersect(ids));
        Assert.Equal(31, model.Pending.Count);
        // By a clock without names the instants are the same again, but for none: those of Berlin are an hour earlier.
        model.Save(_daily with { TimeZone = "Etc/UTC", StartLocal = "2026-12-01T09:00:00" });
        Assert.Equal(31, model.Pending.Count);
        model.TopUp(days: 3);
        model.AssertEachOnce();
    }

    [Fact]
    public void Other_content_supersedes_what_is_pending_and_keeps_the_occurrence()
    {
        var model = new SeriesModel(_daily, _start);
        var before = model.Pending.Select(email => (email.Occurrence, email.ScheduledDatetime)).ToList();
        model.Save(_daily, content: "other");
        Assert.Equal(before, model.Pending.Select(email => (email.Occurrence, email.ScheduledDatetime)));
        Assert.Equal(31, model.All.Count(email => email.Reason == CancelReason.Superseded));
    }

    [Fact]
    public void One_that_was_cancelled_by_hand_never_comes_back()
    {
        var model = new SeriesModel(_daily, _start);
        model.CancelByHand("2026-12-05T09:00:00");
        model.Save(_daily, content: "other");
        model.Save(_daily with { Rrule = "FREQ=WEEKLY;BYDAY=SA" });
        model.Save(_daily with { TimeZone = "Europe/London" });
        model.Save(_daily);
        model.TopUp(days: 1);
        Assert.DoesNotContain(model.Pending, email => email.Occurrence == "2026-12-05T09:00:00");
    }

    [Fact]
    public void Edits_in_any_order_lose_none_and_make_none_twice()
    {
        string[] rules =
        [
            "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=DAILY;BYHOUR=9,17", "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=DAILY;COUNT=9",
            // An hour from each other, as the clocks of Berlin and London are: the same instants by other names.
            "FREQ=DAILY;BYHOUR=8", "FREQ=DAILY;BYHOUR=8,9,10", "FREQ=DAILY;BYHOUR=9,10", "FREQ=DAILY;BYHOUR=8,16",
        ];
        string[] zones = ["Europe/Berlin", "Europe/Paris", "Europe/London", "Etc/UTC"];
        var edit = Gen.Select(
            Gen.Int[0, rules.Length - 1], Gen.Int[0, zones.Length - 1], Gen.Int[0, 1], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 2],
            (rule, zone, content, exception, days, hand) => (rule, zone, content, exception, days, hand));
        edit.Array[1, 10].Sample(
            edits =>
            {
                var model = new SeriesModel(_daily, _start);
                foreach (var (rule, zone, content, exception, days, hand) in edits)
                {
                    var recurrence = _daily with { Rrule = rules[rule], TimeZone = zones[zone] };
                    var next = new Occurrences(recurrence, TimeZones.BuiltIn, null)
                        .From(new(2026, 12, 3, 0, 0)).Skip(exception).Select(occurrence => occurrence.Name).FirstOrDefault();
                    if (next is not null && exception is 1 or 2)
                        recurrence = recurrence with { Skip = [next!] };
                    else if (next is not null && exception is 3 or 4)
                        recurrence = recurrence with { Move = new Dictionary<string, string> { [next!] = $"{next![..11]}21:15:00" } };
                    model.Save(recurrence, $"content {content}");
                    model.AssertEachOnce();
                    model.AssertWhatIsWanted();
                    if (hand == 1 && model.Pending.Count > 1)
                        model.CancelByHand(model.Pending[1].Occurrence!);
                    model.TopUp(days);
                    model.AssertEachOnce();
                }
            },
            iter: 300);
    }
}
