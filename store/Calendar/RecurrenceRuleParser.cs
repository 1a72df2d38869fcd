using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Mail.Store;

/// <summary>Reads recurrence rules as RFC 5545, section 3.3.10, writes them, and refuses what it forbids.</summary>
public static class RecurrenceRuleParser
{
    /// <summary>The longest rule, in characters.</summary>
    public const int MaxLength = 1000;

    private const int MaxNumber = 100_000;

    private static readonly string[] _otherProperties = ["RRULE:", "DTSTART", "EXDATE", "RDATE", "EXRULE"];
    private static readonly string[] _weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private static readonly LocalDateTimePattern _until = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule, such as <c>FREQ=WEEKLY;BYDAY=MO</c>.</param>
    /// <param name="refusal">What is wrong with it, in a sentence without its subject; null where nothing is.</param>
    /// <returns>The rule; null where something is wrong.</returns>
    public static RecurrenceRule? Parse(string text, out string? refusal)
    {
        refusal = null;
        if (text.Length > MaxLength)
            return Refuse($"is longer than {MaxLength} characters", out refusal);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var upper = text.ToUpperInvariant();
        // As calendars and libraries write a series.
        if (Array.Exists(_otherProperties, other => upper.Contains(other, StringComparison.Ordinal)))
        {
            return Refuse(
                "is more than a rule: it begins at FREQ=, without RRULE:; DTSTART is start_local with time_zone, and EXDATE is skip",
                out refusal);
        }

        foreach (var part in upper.Split(';'))
        {
            if (part.Any(char.IsWhiteSpace))
                return Refuse($"has a blank or a line break in \"{Short(part.Trim())}\": a rule is one line without any", out refusal);
            if (part.Split('=') is not [var name, { Length: > 0 } value])
                return Refuse($"has \"{part}\" where a part such as FREQ=WEEKLY should be", out refusal);
            if (!parts.TryAdd(name, value))
                return Refuse($"has {name} more than once", out refusal);
        }

        try
        {
            return Check(Read(parts));
        }
        catch (FormatException exception)
        {
            return Refuse(exception.Message, out refusal);
        }
    }

    private static RecurrenceRule? Refuse(string sentence, out string refusal)
    {
        refusal = sentence;
        return null;
    }

    private static RecurrenceRule Read(Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("FREQ", out var frequency))
            throw new FormatException("has no FREQ");
        var rule = new RecurrenceRule
        {
            Frequency = frequency switch
            {
                "DAILY" => RecurrenceFrequency.Daily,
                "WEEKLY" => RecurrenceFrequency.Weekly,
                "MONTHLY" => RecurrenceFrequency.Monthly,
                "YEARLY" => RecurrenceFrequency.Yearly,
                _ => throw new FormatException("has a FREQ that is none of DAILY, WEEKLY, MONTHLY and YEARLY; BYHOUR names hours of a day"),
            },
        };
        foreach (var (name, value) in parts)
        {
            rule = name switch
            {
                "FREQ" => rule,
                "INTERVAL" => rule with { Interval = Number(name, value, 1, MaxNumber) },
                "COUNT" => rule with { Count = Number(name, value, 1, MaxNumber) },
                "UNTIL" => rule with { Until = Time(value) },
                "BYSECOND" => rule with { Seconds = Numbers(name, value, 0, 59) },
                "BYMINUTE" => rule with { Minutes = Numbers(name, value, 0, 59) },
                "BYHOUR" => rule with { Hours = Numbers(name, value, 0, 23) },
                "BYDAY" => rule with { Days = Days(value) },
                "BYMONTHDAY" => rule with { MonthDays = Numbers(name, value, -31, 31) },
                "BYYEARDAY" => rule with { YearDays = Numbers(name, value, -366, 366) },
                "BYWEEKNO" => rule with { WeekNumbers = Numbers(name, value, -53, 53) },
                "BYMONTH" => rule with { Months = Numbers(name, value, 1, 12) },
                "BYSETPOS" => rule with { Positions = Numbers(name, value, -366, 366) },
                "WKST" => rule with { WeekStart = Weekday(value) },
                _ => throw new FormatException($"has {name}, which is no part of a rule (RFC 5545, section 3.3.10)"),
            };
        }

        return rule;
    }

    // What the RFC says a part must not be used with.
    private static RecurrenceRule Check(RecurrenceRule rule)
    {
        if (rule.Count is not null && rule.Until is not null)
            throw new FormatException("has both COUNT and UNTIL: give one of them");
        var frequency = rule.Frequency;
        var isNth = rule.Days.Any(day => day.Nth != 0);
        if (isNth && frequency is not (RecurrenceFrequency.Monthly or RecurrenceFrequency.Yearly))
            throw new FormatException("has a number in BYDAY, which goes with MONTHLY and YEARLY alone");
        if (isNth && rule.WeekNumbers.Count > 0)
            throw new FormatException("has a number in BYDAY beside BYWEEKNO");
        if (rule.MonthDays.Count > 0 && frequency == RecurrenceFrequency.Weekly)
            throw new FormatException("has BYMONTHDAY, which does not go with WEEKLY");
        if (rule.YearDays.Count > 0 && frequency != RecurrenceFrequency.Yearly)
            throw new FormatException("has BYYEARDAY, which goes with YEARLY alone");
        if (rule.WeekNumbers.Count > 0 && frequency != RecurrenceFrequency.Yearly)
            throw new FormatException("has BYWEEKNO, which goes with YEARLY alone");
        var hasOther = rule.Days.Count + rule.MonthDays.Count + rule.YearDays.Count + rule.WeekNumbers.Count + rule.Months.Count
            + rule.Hours.Count + rule.Minutes.Count + rule.Seconds.Count > 0;
        if (rule.Positions.Count > 0 && !hasOther)
            throw new FormatException("has BYSETPOS without another part that begins with BY");
        return rule;
    }

    private static LocalDateTime Time(string value)
    {
        // Hour 24, which is read as the next day's first, is none (RFC 5545, 3.3.12).
        if (_until.Parse(value) is { Success: true } parsed && _until.Format(parsed.Value) == value)
            return parsed.Value;
        throw new FormatException(value.EndsWith('Z')
            ? "has an UNTIL in UTC: give the local time of time_zone that it is, without the Z"
            : "has an UNTIL that is no local time such as 20271231T090000; a whole day ends at 20271231T235959");
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"has {name}={Short(value)}, which is no number from {least} to {most}");

    private static int[] Numbers(string name, string value, int least, int most) =>
    [
        .. value.Split(',').Select(text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most && (number != 0 || least == 0)
                ? number
                : throw new FormatException(
                    $"has \"{Short(text)}\" in {name}, which is no number from {Math.Max(least, least < 0 ? 1 : 0)} to {most}"
                    + (least < 0 ? ", nor a negative one" : "")))
            .Distinct().Order(),
    ];

    private static RecurrenceDay[] Days(string value) =>
    [
        .. value.Split(',').Select(text =>
        {
            var number = text.Length > 2 ? text[..^2] : "0";
            return int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nth)
                && nth is >= -53 and <= 53 && (nth != 0 || text.Length == 2)
                    ? new RecurrenceDay(nth, Weekday(text.Length > 2 ? text[^2..] : text))
                    : throw new FormatException($"has \"{Short(text)}\" in BYDAY, which is no day such as MO or -1FR");
        }).Distinct(),
    ];

    private static IsoDayOfWeek Weekday(string text) => Array.IndexOf(_weekdays, text) is >= 0 and var index
        ? (IsoDayOfWeek)(index + 1)
        : throw new FormatException($"has \"{Short(text)}\" where one of {string.Join(", ", _weekdays)} should be");

    private static string Short(string text) => text.Length <= 20 ? text : $"{text[..20]}…";
}
