using System.Globalization;
using Mail.Store;
using Mail.Tests.Fixtures;
using NodaTime;

namespace Mail.Tests.Servers.Calendar;

/// <summary>
/// Generated rules yield what python-dateutil makes of them: those, too, that libical evaluates otherwise than RFC 5545 has it.
/// </summary>
public sealed class DateutilTests
{
    private const int Shown = 20;

    [Fact]
    public Task Some_hundred_rules_agree_with_dateutil() => CompareAsync(300, seed: 26);

    [Fact, Long]
    public Task Ten_thousand_rules_agree_with_dateutil() => CompareAsync(10_000, seed: 2626);

    private static async Task CompareAsync(int count, int seed)
    {
        var random = new Random(seed);
        var rules = new List<(RecurrenceRule Rule, string Text, LocalDateTime Start)>();
        while (rules.Count < count)
        {
            var (text, start) = (GeneratedRules.Text(random), GeneratedRules.Start(random));
            var rule = RecurrenceRuleParser.Parse(text, out var refusal);
            Assert.True(rule is not null, $"{text} {refusal}");
            if (!IsBeyondDateutil(rule))
                rules.Add((rule, text, start));
        }

        var theirs = await Dateutil.TimesAsync([.. rules.Select(each => Ask(each.Rule, each.Text, each.Start))]);
        foreach (var ((rule, text, start), their) in rules.Zip(theirs))
        {
            var ours = RecurrenceExpansion.Times(rule, start, start).TakeWhile(time => time.Year <= Dateutil.LastYear).Take(Shown).ToList();
            Assert.True(
                ours.SequenceEqual(their), $"{text} from {start:s}: ours {string.Join(' ', ours)}, dateutil's {string.Join(' ', their)}");
        }
    }

    // The weeks that two years share: it takes those of January for the week that the other year's length gives (dateutil/dateutil#1537),
    // and leaves those of December open. Of days with and without numbers it takes what is both. And a rule without BYMONTH is about every
    // month there, which BYMONTH can't say where days are counted within the year.
    private static bool IsBeyondDateutil(RecurrenceRule rule) =>
        rule.WeekNumbers.Any(week => week is < 0 or > 51)
        || rule.Days.Select(day => day.Nth == 0).Distinct().Count() > 1
        || (IsAboutMonthOfStart(rule) && rule.Days.Any(day => day.Nth != 0));

    // docs/series.md: as in libical.
    private static bool IsAboutMonthOfStart(RecurrenceRule rule) =>
        rule is { Frequency: RecurrenceFrequency.Yearly, MonthDays.Count: > 0, Months.Count: 0, YearDays.Count: 0, WeekNumbers.Count: 0 };

    // What the standard takes from the start, said in words; and the first week of BYSETPOS whole, which there begins with the start
    // (dateutil/dateutil#1398).
    private static Dateutil.Asked Ask(RecurrenceRule rule, string text, LocalDateTime start)
    {
        var day = start.DayOfWeek.ToString()[..2].ToUpperInvariant();
        if (IsAboutMonthOfStart(rule))
            text += string.Create(CultureInfo.InvariantCulture, $";BYMONTH={start.Month}");
        if (rule.Days.Count + rule.MonthDays.Count + rule.YearDays.Count == 0
            && (rule.WeekNumbers.Count > 0 || rule.Frequency == RecurrenceFrequency.Weekly))
        {
            text += $";BYDAY={day}";
        }

        if (rule.Frequency != RecurrenceFrequency.Weekly || rule.Positions.Count == 0)
            return new(text, start, start, Shown);
        var count = rule.Count ?? Shown;
        return new(
            string.Join(';', text.Split(';').Where(part => !part.StartsWith("COUNT=", StringComparison.Ordinal))),
            start.PlusDays(-((start.DayOfWeek - rule.WeekStart + 7) % 7)), start, count < Shown ? count : Shown);
    }
}
