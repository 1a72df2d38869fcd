using System.Text.RegularExpressions;
using Mail.Store;
using Mail.Tests.Fixtures;
using NodaTime;

namespace Mail.Tests.Servers.Calendar;

/// <summary>Generated rules yield what libical makes of them.</summary>
public sealed partial class LibicalTests
{
    private const int Shown = 20;

    [Fact]
    public Task Some_hundred_rules_agree_with_libical() => CompareAsync(300, seed: 25);

    [Fact, Long]
    public Task Ten_thousand_rules_agree_with_libical() => CompareAsync(10_000, seed: 2525);

    private static async Task CompareAsync(int count, int seed)
    {
        var (libical, random, compared) = (await Libical.LoadAsync(), new Random(seed), 0);
        while (compared < count)
        {
            var (text, start) = (GeneratedRules.Text(random), GeneratedRules.Start(random));
            var rule = RecurrenceRuleParser.Parse(text, out var refusal);
            Assert.True(rule is not null, $"{text} {refusal}");
            if (IsBeyondLibical(text) || IsAnchoredElsewhere(rule))
                continue;
            compared++;
            var ours = RecurrenceExpansion.Times(rule, start, start).Take(Shown).ToList();
            var theirs = libical.Times(text, start, Shown);
            Assert.True(
                ours.SequenceEqual(theirs), $"{text} from {start:s}: ours {string.Join(' ', ours)}, libical's {string.Join(' ', theirs)}");
        }
    }

    // What libical 3.0 does otherwise than RFC 5545 says, or does not do: docs/decisions/rules-evaluated-by-ourselves.md.
    private static bool IsBeyondLibical(string rule)
    {
        return (Has("BYSETPOS") && (Has("=DAILY") || Has("=WEEKLY") || Has("BYHOUR") || Has("BYMINUTE")))
            || (Has("BYSETPOS") && MonthDaysFromBothEnds().IsMatch(rule))
            || (Has("=DAILY") && NegativeMonthDay().IsMatch(rule))
            || (Has("BYWEEKNO")
                && (!Has("BYDAY") || Has("BYMONTH") || Has("BYYEARDAY") || Has("INTERVAL") || Has("BYSETPOS")
                    || NegativeWeek().IsMatch(rule)))
            || (Has("BYYEARDAY") && (Has("BYMONTH") || Has("BYDAY")));

        bool Has(string part) => rule.Contains(part, StringComparison.Ordinal);
    }

    // Days have numbers from Sunday on there, whatever WKST says: where the first day of the week that is named has a smaller number than
    // WKST, weeks are counted from the one before, or after (adjust_to_byday; libical/libical#376).
    private static bool IsAnchoredElsewhere(RecurrenceRule rule) =>
        rule is { Frequency: RecurrenceFrequency.Weekly, Interval: > 1, Days.Count: > 0 }
        && Number(rule.Days.MinBy(each => (each.Day - rule.WeekStart + 7) % 7)!.Day) < Number(rule.WeekStart);

    private static int Number(IsoDayOfWeek day) => (int)day % 7;

    [GeneratedRegex("BYWEEKNO=[^;]*-", RegexOptions.None, 1000)]
    private static partial Regex NegativeWeek();

    [GeneratedRegex("BYMONTHDAY=(?=[^;]*-)(?:[^;]*,)?[0-9]", RegexOptions.None, 1000)]
    private static partial Regex MonthDaysFromBothEnds();

    [GeneratedRegex("BYMONTHDAY=[^;]*-", RegexOptions.None, 1000)]
    private static partial Regex NegativeMonthDay();
}
