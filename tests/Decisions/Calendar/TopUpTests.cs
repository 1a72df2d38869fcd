using Mail.Store;
using NodaTime;

namespace Mail.Tests.Decisions.Calendar;

[Collection(nameof(Measured))]
public sealed class TopUpTests
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_daily_series_is_made_for_31_days_and_goes_on_a_day_later()
    {
        var first = Decide("FREQ=DAILY", null, Nothing);
        Assert.Equal(("2026-12-02T09:00:00", "2027-01-01T09:00:00"), (first.New[0].Name, first.New[^1].Name));
        Assert.Equal(31, first.New.Count);
        Assert.Equal(At("2027-01-02T08:00:00Z") - TopUp.Ahead, first.Again);
        var second = Decide("FREQ=DAILY", first.MadeUntil, After(first), _now.AddDays(1));
        Assert.Equal("2027-01-02T09:00:00", Assert.Single(second.New).Name);
    }

    [Fact]
    public void A_yearly_series_has_its_next_occurrence_and_goes_on_when_it_is_due()
    {
        var first = Decide("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", null, Nothing);
        Assert.Equal("2027-06-01T09:00:00", Assert.Single(first.New).Name);
        Assert.Equal(At("2027-06-01T07:00:00Z"), first.Again);
        Assert.Empty(Decide("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", first.MadeUntil, After(first), _now.AddDays(90)).New);
        var second = Decide(
            "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", first.MadeUntil, After(first) with { Waiting = 0 }, At("2027-06-01T07:00:00Z"));
        Assert.Equal("2028-06-01T09:00:00", Assert.Single(second.New).Name);
    }

    [Fact]
    public void An_hourly_series_has_a_hundred_at_the_most()
    {
        var hours = $"FREQ=DAILY;BYHOUR={string.Join(',', Enumerable.Range(0, 24))}";
        var first = Decide(hours, null, Nothing);
        Assert.Equal(100, first.New.Count);
        Assert.InRange(first.Again!.Value, _now.AddDays(1), _now.AddDays(3));
        Assert.Equal(10, Decide(hours, null, Nothing, allowance: 10).New.Count);
        Assert.Equal(_now, Decide(hours, null, Nothing, allowance: 10).Again);
    }

    [Fact]
    public void One_that_was_moved_far_ahead_does_not_keep_the_others_waiting()
    {
        var hours = $"FREQ=DAILY;BYHOUR={string.Join(',', Enumerable.Range(0, 24))}";
        var first = Decide(hours, null, Nothing);
        var again = Decide(hours, first.MadeUntil, After(first) with { Last = _now.AddDays(60) }).Again;
        Assert.InRange(again!.Value, _now, _now.AddDays(1));
    }

    [Fact]
    public void A_thousand_moves_of_what_is_counted_take_no_time()
    {
        var recurrence = Series("FREQ=DAILY;BYHOUR=8,9,10,11;COUNT=100000");
        recurrence = recurrence with
        {
            Move = new Occurrences(recurrence, TimeZones.BuiltIn, null).From(recurrence.Start).Skip(80_000).Take(1000)
                .ToDictionary(occurrence => occurrence.Name, _ => "2026-12-10T12:00:00"),
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        TopUp.Decide(new(recurrence, TimeZones.BuiltIn, null), Noon, recurrence.Move.Keys, Nothing, _now, 100, _now);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_rule_that_yields_nothing_but_what_clock_changes_leave_out_ends()
    {
        var recurrence = Series("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30") with { IfSkipped = IfSkipped.Skip };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Empty(new Occurrences(recurrence, TimeZones.BuiltIn, null).From(recurrence.Start));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
    }

    [Theory]
    [InlineData("FREQ=DAILY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31")]
    [InlineData("FREQ=WEEKLY;BYMONTH=3;BYDAY=SU")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31")]
    public void A_rule_ends_with_the_calendar(string rule)
    {
        var recurrence = Series(rule);
        Assert.InRange(
            RecurrenceExpansion.Times(recurrence.Rule, recurrence.Start, new(9900, 1, 1, 0, 0)).Max().Year, 9950, 9998);
    }

    [Fact]
    public void A_series_that_has_ended_is_not_looked_at_again()
    {
        var first = Decide("FREQ=DAILY;COUNT=40", null, Nothing);
        Assert.Equal(31, first.New.Count);
        Assert.NotNull(first.Again);
        var last = Decide("FREQ=DAILY;COUNT=40", first.MadeUntil, After(first), _now.AddDays(20));
        // The one of this morning is counted.
        Assert.Equal((8, null), (last.New.Count, last.Again));
        Assert.Null(Decide("FREQ=DAILY;UNTIL=20261201T120000", null, Nothing).Again);
    }

    [Fact]
    public void Of_a_week_of_standstill_only_what_is_still_worth_sending_is_made()
    {
        var first = Decide("FREQ=DAILY;COUNT=1000", null, Nothing);
        // Two months later nothing of the first call waits any more.
        var late = Decide("FREQ=DAILY;COUNT=1000", first.MadeUntil, Nothing, _now.AddDays(60), notBefore: null);
        Assert.Equal(_now.AddDays(60).AddHours(-4), late.New[0].Instant);
        Assert.Equal(late.New[1].Instant, late.New[0].SendBefore);
        Assert.All(late.New.Skip(1), occurrence => Assert.True(occurrence.Instant > _now.AddDays(60)));
    }

    [Fact]
    public void What_exists_is_not_made_again()
    {
        var taken = ScheduledSoFar.Nothing with { Taken = new HashSet<string> { "2026-12-03T09:00:00" } };
        Assert.DoesNotContain(Decide("FREQ=DAILY", null, taken).New, occurrence => occurrence.Name == "2026-12-03T09:00:00");
    }

    [Fact]
    public void What_was_moved_to_a_nearer_time_is_made_when_that_comes_near()
    {
        var recurrence = Series("FREQ=MONTHLY;BYMONTHDAY=20") with
        {
            Move = new Dictionary<string, string> { ["2027-03-20T09:00:00"] = "2026-12-10T09:00:00" },
        };
        var first = TopUp.Decide(new(recurrence, TimeZones.BuiltIn, null), Noon, recurrence.Move.Keys, Nothing, _now, 100, _now);
        Assert.Equal(["2026-12-20T09:00:00", "2027-03-20T09:00:00"], first.New.Select(occurrence => occurrence.Name));
        Assert.Equal(At("2026-12-10T08:00:00Z"), first.New[1].Instant);
    }

    [Theory]
    [InlineData("after", "2027-03-28T01:30:00Z", 3600)]
    [InlineData("before", "2027-03-28T00:30:00Z", -3600)]
    [InlineData("skip", null, 0)]
    public void A_clock_change_shifts_or_skips_an_occurrence(string ifSkipped, string? instant, int shifted)
    {
        var recurrence = Series("FREQ=DAILY") with { StartLocal = "2027-03-27T02:30:00", IfSkipped = ifSkipped };
        var found = new Occurrences(recurrence, TimeZones.BuiltIn, null).Named("2027-03-28T02:30:00");
        Assert.Equal(instant is null ? null : At(instant), found?.Instant);
        Assert.Equal(shifted, found?.Shifted.TotalSeconds ?? 0);
    }

    private static LocalDateTime Noon => new(2026, 12, 1, 13, 0, 0);

    private static ScheduledSoFar Nothing => ScheduledSoFar.Nothing;

    private static Recurrence Series(string rule) =>
        new(rule, "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First);

    private static TopUp Decide(
        string rule, LocalDateTime? until, ScheduledSoFar existing, DateTimeOffset? now = null, int allowance = 200,
        DateTimeOffset? notBefore = default) => TopUp.Decide(
            new(Series(rule), TimeZones.BuiltIn, null), until, [], existing, now ?? _now, allowance,
            until is null ? now ?? _now : notBefore);

    private static ScheduledSoFar After(TopUp made) => new(
        made.New.Count, made.New.Max(occurrence => occurrence.Instant), made.New.Select(occurrence => occurrence.Name).ToHashSet());

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
