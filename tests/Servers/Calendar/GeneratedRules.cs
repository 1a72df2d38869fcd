using System.Globalization;
using NodaTime;

namespace Mail.Tests.Servers.Calendar;

/// <summary>Rules of every kind that the parser takes, each with a start.</summary>
internal static class GeneratedRules
{
    private static readonly string[] _weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>When a rule starts.</summary>
    internal static LocalDateTime Start(Random random) => random.Next(10) == 0
        ? new(2024, random.Next(2) == 0 ? 1 : 12, 31, 9, 0, 0)
        : new(2020 + random.Next(10), random.Next(1, 13), random.Next(1, 29), random.Next(24), random.Next(60), 0);

    /// <summary>The text of a rule; it always ends.</summary>
    internal static string Text(Random random)
    {
        var frequency = OneOf("DAILY", "WEEKLY", "MONTHLY", "YEARLY");
        var parts = new List<string> { $"FREQ={frequency}" };
        Add(3, () => Text($"INTERVAL={random.Next(2, 6)}"));
        Add(4, () => Numbers("BYMONTH", 1, 12, isNegative: false));
        var hasWeeks = frequency == "YEARLY" && Add(5, () => Numbers("BYWEEKNO", 1, 53, isNegative: true));
        if (frequency == "YEARLY")
            Add(6, () => Numbers("BYYEARDAY", 1, 366, isNegative: true));
        if (frequency != "WEEKLY")
            Add(4, () => Numbers("BYMONTHDAY", 1, 31, isNegative: true));
        Add(2, () => $"BYDAY={string.Join(',', Some(_ => Day()).Distinct(StringComparer.Ordinal))}");
        Add(5, () => Numbers("BYHOUR", 0, 23, isNegative: false));
        Add(8, () => Numbers("BYMINUTE", 0, 59, isNegative: false));
        if (parts.Exists(part => part.StartsWith("BY", StringComparison.Ordinal)))
            Add(6, () => Numbers("BYSETPOS", 1, 5, isNegative: true));
        Add(5, () => $"WKST={OneOf("MO", "SU", "WE", "SA")}");
        // With an end, since others look for what never occurs until the end of their calendars.
        if (!Add(5, () => Text($"COUNT={random.Next(1, 30)}")))
            parts.Add(Text($"UNTIL={random.Next(2026, 2041)}1115T120000"));
        return string.Join(';', parts);

        bool Add(int oneIn, Func<string> part)
        {
            var adds = random.Next(oneIn) == 0;
            if (adds)
                parts.Add(part());
            return adds;
        }

        IEnumerable<T> Some<T>(Func<int, T> make) => Enumerable.Range(0, random.Next(1, 4)).Select(make);

        string Day() =>
            (frequency is "MONTHLY" or "YEARLY" && !hasWeeks && random.Next(3) == 0 ? OneOf("1", "2", "-1", "-2", "5", "3") : "")
            + OneOf(_weekdays);

        // In order: libical takes them as they come.
        string Numbers(string name, int least, int most, bool isNegative) => Text($"{name}={string.Join(
            ',',
            Some(_ => random.Next(least, most + 1) * (isNegative && random.Next(3) == 0 ? -1 : 1)).Distinct().Order())}");

        string OneOf(params string[] words) => words[random.Next(words.Length)];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
