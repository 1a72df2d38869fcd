using System.Text.Json;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService.Series;

/// <summary>What a series may say, and what of it is a change.</summary>
[Collection(nameof(Measured))]
public sealed class SeriesInputTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Recurrence _daily = new(
        "FREQ=DAILY", "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First);

    [Fact]
    public void A_move_that_is_given_twice_is_refused()
    {
        var errors = Read("""{"2026-12-05T09:00:00":"2026-12-06T09:00:00","2026-12-05T09:00:00":"2026-12-07T09:00:00"}""", "[]");
        Assert.Contains("duplicate_field", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_move_that_is_skipped_too_is_refused() => Assert.Contains(
        "conflicting_fields", Read("""{"2026-12-05T09:00:00":"2026-12-06T09:00:00"}""", """["2026-12-05T09:00:00"]"""),
        StringComparison.Ordinal);

    [Fact]
    public void Ever_so_many_exceptions_are_refused_in_no_time()
    {
        var start = new DateTime(2027, 1, 1, 9, 0, 0);
        var all = Enumerable.Range(0, 100_000).Select(day => $"{start.AddDays(day):yyyy-MM-dd'T'HH:mm:ss}").ToList();
        var (move, skip) = (
            JsonSerializer.Serialize(all.ToDictionary(each => $"{each[..11]}10:00:00", each => each)), JsonSerializer.Serialize(all));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var errors = Read(move, skip);
        Assert.Contains("has more than 1000 times", errors, StringComparison.Ordinal);
        // Each held against each would take minutes.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 15);
    }

    [Fact]
    public void A_move_to_a_time_that_nobody_means_or_to_the_past_is_refused()
    {
        Assert.Contains("scheduled_too_far_ahead", Moved("9000-01-01T09:00:00"), StringComparison.Ordinal);
        Assert.Contains("scheduled_in_the_past", Moved("2026-11-30T09:00:00"), StringComparison.Ordinal);
        Assert.Contains("scheduled_in_the_past", Moved("2026-11-30T09:00:00", "other"), StringComparison.Ordinal);
        Assert.Empty(Moved("2026-12-20T10:00:00"));
    }

    [Fact]
    public void A_rule_edit_costs_what_exists_and_not_the_way_to_it()
    {
        var model = new SeriesModel(_daily with { Rrule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17" }, _now);
        model.Save(_daily with
        {
            Rrule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17",
            Move = new Dictionary<string, string> { ["2026-12-05T09:00:00"] = "9000-01-01T09:00:00" },
        });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        model.Save(_daily with { Rrule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17,18" });
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
    }

    [Fact]
    public void Only_moves_that_may_still_matter_say_from_where_on_occurrences_are_read()
    {
        var recurrence = _daily with
        {
            Move = new Dictionary<string, string>
            {
                ["2020-01-05T09:00:00"] = "2020-01-06T09:00:00", ["2026-01-05T09:00:00"] = "2026-12-06T09:00:00",
            },
        };
        Assert.Equal("2026-01-05T09:00:00", SeriesSave.Earliest(recurrence, _now));
        Assert.Equal(SeriesSave.Earliest(_now), SeriesSave.Earliest(_daily, _now));
        Assert.Equal(SeriesSave.Earliest(_now), SeriesSave.Earliest(null, _now));
    }

    [Fact]
    public void A_template_in_another_zone_says_something_else()
    {
        var berlin = Assert.Single(WantedItem.Name([Item("Europe/Berlin")]));
        var old = berlin.Stored(Guid.Empty);
        Assert.True(berlin.Beside(old, TimeZones.BuiltIn).IsSameAs(old));
        Assert.False(Assert.Single(WantedItem.Name([Item("America/New_York")])).Beside(old, TimeZones.BuiltIn).IsSameAs(old));
        var kyiv = Assert.Single(WantedItem.Name([Item("Europe/Kyiv")]));
        Assert.True(Assert.Single(WantedItem.Name([Item("Europe/Kiev")]))
            .Beside(kyiv.Stored(Guid.Empty), TimeZones.BuiltIn).IsSameAs(kyiv.Stored(Guid.Empty)));
    }

    [Fact]
    public void An_occurrence_that_was_made_late_is_searched_for() =>
        Assert.True(SearchWalk.NewestDueBefore(_now) >= _now.AddDays(TopUp.MaxSendWithinDays));

    [Fact]
    public void A_time_that_new_rules_leave_out_is_refused_but_where_it_stands_already()
    {
        var errors = new Errors();
        using var json = JsonDocument.Parse("""
            {"key":"one","to":["ada@example.com"],"subject":"Hello","text":"text","scheduled_datetime":"2027-03-28T00:30:00Z",
             "scheduled_local":"2027-03-28T02:30:00","time_zone":"Europe/Berlin"}
            """);
        var item = EmailInput.ReadItem(json.RootElement, "/emails/0", errors, TimeZones.BuiltIn);
        errors.Throw();
        Assert.Contains("is left out by a clock change", item.Local!.Refusal, StringComparison.Ordinal);
        var wanted = Assert.Single(WantedItem.Name([item]));
        // As it was saved, by other rules.
        var earlier = new DateTimeOffset(2027, 3, 28, 0, 30, 0, TimeSpan.Zero);
        var then = Assert.Single(WantedItem.Name([item with { ScheduledDatetime = earlier }])).Stored(Guid.Empty);
        Assert.True(wanted.Beside(then, TimeZones.BuiltIn).IsSameAs(then));
    }

    private static ConfigItemInput Item(string zone)
    {
        var errors = new Errors();
        using var json = JsonDocument.Parse($$"""
            {"key":"series","to":["ada@example.com"],"template":{"name":"welcome"},
             "recurrence":{"rrule":"FREQ=DAILY","start_local":"2026-12-01T09:00:00","time_zone":"{{zone}}"} }
            """);
        var item = EmailInput.ReadItem(json.RootElement.Clone(), "/emails/0", errors, TimeZones.BuiltIn);
        errors.Throw();
        return item;
    }

    private static string Moved(string to, string content = "content 0")
    {
        var model = new SeriesModel(_daily, _now);
        var recurrence = _daily with { Move = new Dictionary<string, string> { ["2026-12-05T09:00:00"] = to } };
        model.Save(recurrence, content);
        var errors = new Errors();
        SeriesRules.Check(model.Change, recurrence, "/emails/0", _now, errors);
        return Text(errors);
    }

    private static string Read(string move, string skip)
    {
        var errors = new Errors();
        using var json = JsonDocument.Parse($$"""
            {"key":"series","to":["ada@example.com"],"subject":"Hello","text":"text",
             "recurrence":{"rrule":"FREQ=DAILY","start_local":"2026-12-01T09:00:00","time_zone":"Europe/Berlin",
              "skip":{{skip}},"move":{{move}} } }
            """);
        EmailInput.ReadItem(json.RootElement, "/emails/0", errors, TimeZones.BuiltIn);
        return Text(errors);
    }

    private static string Text(Errors errors)
    {
        if (!errors.Any)
            return "";
        var refusal = errors.Refusal();
        return $"{refusal.Code.Name} {string.Join(' ', (refusal.Extensions["errors"] as IReadOnlyDictionary<string, List<string>>)!
            .SelectMany(each => each.Value.Prepend(each.Key)))}";
    }
}
