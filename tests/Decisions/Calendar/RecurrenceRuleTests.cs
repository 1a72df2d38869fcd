using System.Diagnostics;
using Mail.Store;

namespace Mail.Tests.Decisions.Calendar;

[Collection(nameof(Measured))]
public sealed class RecurrenceRuleTests
{
    [Theory]
    [InlineData("", "where a part such as FREQ=WEEKLY should be")]
    [InlineData("RRULE:FREQ=DAILY", "without RRULE:")]
    [InlineData("DTSTART:20120201T093000Z\nRRULE:FREQ=WEEKLY;INTERVAL=5", "DTSTART is start_local")]
    [InlineData("FREQ=WEEKLY; BYDAY=MO, TU, WE, TH, FR", "a blank or a line break in \"BYDAY=MO, TU")]
    [InlineData("FREQ=DAILY\n", "a blank or a line break")]
    [InlineData("FREQ=DAILY;UNTIL=20271231T240000", "no local time")]
    [InlineData("FREQ=DAILY;", "where a part such as FREQ=WEEKLY should be")]
    [InlineData("BYDAY=MO", "has no FREQ")]
    [InlineData("FREQ=HOURLY", "none of DAILY")]
    [InlineData("FREQ=SECONDLY", "none of DAILY")]
    [InlineData("FREQ=DAILY;FREQ=WEEKLY", "FREQ more than once")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT=0")]
    [InlineData("FREQ=DAILY;COUNT=-1", "COUNT=-1")]
    [InlineData("FREQ=DAILY;COUNT=99999999999999999999", "COUNT=")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL=0")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20270101T090000", "both COUNT and UNTIL")]
    [InlineData("FREQ=DAILY;UNTIL=20270101T090000Z", "without the Z")]
    [InlineData("FREQ=DAILY;UNTIL=20270101", "no local time")]
    [InlineData("FREQ=DAILY;UNTIL=20270230T090000", "no local time")]
    [InlineData("FREQ=DAILY;BYHOUR=24", "BYHOUR")]
    [InlineData("FREQ=DAILY;BYSECOND=60", "BYSECOND")]
    [InlineData("FREQ=DAILY;BYDAY=1MO", "number in BYDAY")]
    [InlineData("FREQ=WEEKLY;BYDAY=-1FR", "number in BYDAY")]
    [InlineData("FREQ=MONTHLY;BYDAY=0MO", "no day such as")]
    [InlineData("FREQ=MONTHLY;BYDAY=54MO", "no day such as")]
    [InlineData("FREQ=MONTHLY;BYDAY=XX", "where one of MO")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "beside BYWEEKNO")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with WEEKLY")]
    [InlineData("FREQ=MONTHLY;BYYEARDAY=1", "YEARLY alone")]
    [InlineData("FREQ=MONTHLY;BYWEEKNO=1", "YEARLY alone")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY")]
    [InlineData("FREQ=MONTHLY;BYSETPOS=1", "without another part")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS")]
    [InlineData("FREQ=DAILY;RSCALE=HEBREW", "no part of a rule")]
    [InlineData("FREQ=DAILY;BYHOUR=", "where a part such as")]
    [InlineData("FREQ=DAILY;BYHOUR=9,,10", "BYHOUR")]
    [InlineData("FREQ=DAILY;BYHOUR= 9", "BYHOUR")]
    [InlineData("FREQ=DAILY;BYHOUR=٩", "BYHOUR")]
    public void What_the_standard_forbids_is_refused(string text, string words)
    {
        Assert.Null(RecurrenceRuleParser.Parse(text, out var refusal));
        Assert.Contains(words, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_of_ten_thousand_parts_is_refused_at_once()
    {
        var taken = Stopwatch.StartNew();
        Assert.Null(RecurrenceRuleParser.Parse(
            "FREQ=YEARLY;" + string.Join(';', Enumerable.Repeat("BYDAY=MO", 10_000)), out var refusal));
        Assert.Contains("longer than", refusal, StringComparison.Ordinal);
        Assert.InRange(taken.ElapsedMilliseconds, 0, 1000);
    }

    // From the examples of RFC 5545, section 3.8.5.3, and from what was reported of other evaluators.
    [Theory]
    [InlineData("FREQ=DAILY;COUNT=3", "1997-09-02T09:00:00", "1997-09-02 1997-09-03 1997-09-04")]
    [InlineData("FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02T09:00:00", "1997-09-02 1997-09-12 1997-09-22")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00:00", "1997-08-05 1997-08-10 1997-08-19 1997-08-24")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00:00", "1997-08-05 1997-08-17 1997-08-19 1997-08-31")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05T09:00:00", "1997-09-05 1997-10-03 1997-11-07")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22T09:00:00", "1997-09-22 1997-10-20 1997-11-17")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28T09:00:00", "1997-09-28 1997-10-29 1997-11-28")]
    [InlineData("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4", "1997-09-02T09:00:00", "1998-02-13 1998-03-13 1998-11-13 1999-08-13")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04T09:00:00", "1997-09-04 1997-10-07 1997-11-06")]
    [InlineData(
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=4", "1997-09-29T09:00:00", "1997-09-29 1997-10-30 1997-11-27 1997-12-30")]
    [InlineData("FREQ=MONTHLY;COUNT=3", "2026-01-31T09:00:00", "2026-01-31 2026-03-31 2026-05-31")]
    [InlineData("FREQ=YEARLY;COUNT=3", "2024-02-29T09:00:00", "2024-02-29 2028-02-29 2032-02-29")]
    [InlineData("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", "1997-01-01T09:00:00", "1997-01-01 1997-04-10 1997-07-19 2000-01-01")]
    [InlineData("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05-19T09:00:00", "1997-05-19 1998-05-18 1999-05-17")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-05-12T09:00:00", "1997-05-12 1998-05-11 1999-05-17")]
    [InlineData("FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=3", "1997-03-13T09:00:00", "1997-03-13 1997-03-20 1997-03-27")]
    [InlineData(
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "1996-11-05T09:00:00",
        "1996-11-05 2000-11-07 2004-11-02")]
    // Ical.Net 5.2 has the first two twice.
    [InlineData("FREQ=YEARLY;BYMONTH=11,6;BYWEEKNO=23,45;BYDAY=MO;COUNT=3", "2023-06-14T09:00:00", "2023-11-06 2024-06-03 2024-11-04")]
    // A start that the rule does not yield is no occurrence, and is not counted.
    [InlineData("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-12-01T09:00:00", "2026-12-07 2026-12-14")]
    [InlineData("FREQ=DAILY;UNTIL=20261203T090000", "2026-12-01T09:00:00", "2026-12-01 2026-12-02 2026-12-03")]
    [InlineData("FREQ=DAILY;UNTIL=20261203T085959", "2026-12-01T09:00:00", "2026-12-01 2026-12-02")]
    public void Rules_yield_what_the_standard_says(string rule, string start, string days) => Assert.Equal(
        days, string.Join(' ', Times(rule, start).Take(10).Select(time => time[..10])));

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=20261130T090000")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31")]
    [InlineData("FREQ=MONTHLY;BYDAY=6MO")]
    [InlineData("FREQ=DAILY;BYMONTHDAY=1;BYDAY=MO;BYMONTH=2;BYSETPOS=2")]
    [InlineData("FREQ=YEARLY;INTERVAL=100000")]
    [InlineData("FREQ=WEEKLY;INTERVAL=100000;BYDAY=MO")]
    public void What_never_occurs_ends(string rule)
    {
        var taken = Stopwatch.StartNew();
        Assert.Empty(Times(rule, "2026-12-01T09:00:01").Where(time => !time.StartsWith("2026-12-01", StringComparison.Ordinal)).Take(1));
        Assert.InRange(taken.ElapsedMilliseconds, 0, 2000);
    }

    [Theory]
    [InlineData("FREQ=DAILY", "9990-01-01T09:00:00")]
    [InlineData("FREQ=YEARLY", "9990-01-01T09:00:00")]
    [InlineData("FREQ=MONTHLY;INTERVAL=7", "9990-01-01T09:00:00")]
    [InlineData("FREQ=WEEKLY;INTERVAL=99999", "2026-01-01T09:00:00")]
    [InlineData("FREQ=DAILY;COUNT=100000", "2026-01-01T09:00:00")]
    public void The_calendar_ends_before_the_year_9999(string rule, string start)
    {
        var taken = Stopwatch.StartNew();
        Assert.InRange(Times(rule, start).Count(), 1, 100_000);
        Assert.InRange(taken.ElapsedMilliseconds, 0, 5000);
    }

    [Fact]
    public void Enumerating_from_the_middle_is_enumerating_from_the_start() => RecurrenceRules.Sample((rule, start) =>
    {
        var all = RecurrenceExpansion.Times(rule, start, start).Take(30).ToList();
        for (var index = 0; index < all.Count; index += 7)
            Assert.Equal(all.Skip(index), RecurrenceExpansion.Times(rule, start, all[index]).Take(all.Count - index));
        Assert.Equal(all.Order().Distinct(), all);
    });

    private static IEnumerable<string> Times(string rule, string start)
    {
        var from = LocalTimeText.Parse(start)!.Value;
        return RecurrenceExpansion.Times(RecurrenceRuleParser.Parse(rule, out _)!, from, from).Select(LocalTimeText.Format);
    }
}
