using NodaTime;
using NodaTime.Calendars;

namespace Mail.Store;

/// <summary>
/// The periods of a rule (days, weeks, months or years) and what occurs in each: pure arithmetic on dates, whose cost is that of the
/// period.
/// </summary>
internal sealed class RecurrencePeriods(RecurrenceRule rule, LocalDateTime start)
{
    private readonly IWeekYearRule _weeks = WeekYearRules.ForMinDaysInFirstWeek(4, rule.WeekStart);
    private readonly LocalTime[] _times = Times(rule, start.TimeOfDay);

    // What a rule leaves open follows from its start (RFC 5545, section 3.3.10).
    private readonly RecurrenceRule _rule = Complete(rule, start.Date);

    /// <summary>The number of the period that a date is in, counted from that of the start.</summary>
    internal int NumberOf(LocalDate date) => rule.Frequency switch
    {
        RecurrenceFrequency.Daily => Period.DaysBetween(start.Date, date),
        RecurrenceFrequency.Weekly => Period.DaysBetween(WeekOf(start.Date), WeekOf(date)) / 7,
        RecurrenceFrequency.Monthly => ((date.Year - start.Year) * 12) + date.Month - start.Month,
        _ => date.Year - start.Year,
    };

    /// <summary>How many times occur in a period, where they are as many in each; null where they are not.</summary>
    internal int? InEach => rule.Frequency switch
    {
        _ when _rule.Positions.Count + _rule.Months.Count + _rule.MonthDays.Count > 0 => null,
        RecurrenceFrequency.Daily when _rule.Days.Count == 0 => _times.Length,
        RecurrenceFrequency.Weekly => _rule.Days.Count * _times.Length,
        _ => null,
    };

    /// <summary>The first day of a period; null beyond the end of the calendar.</summary>
    internal LocalDate? First(int number)
    {
        var (unit, before) = rule.Frequency switch
        {
            RecurrenceFrequency.Daily => (start.Date, 365),
            RecurrenceFrequency.Weekly => (WeekOf(start.Date), 52),
            RecurrenceFrequency.Monthly => (new(start.Year, start.Month, 1), 12),
            _ => (new LocalDate(start.Year, 1, 1), 1),
        };
        // By the shortest years, so that it is never beyond.
        if (start.Year + (number / before) >= 9998)
            return null;
        return rule.Frequency switch
        {
            RecurrenceFrequency.Daily => unit.PlusDays(number),
            RecurrenceFrequency.Weekly => unit.PlusWeeks(number),
            RecurrenceFrequency.Monthly => unit.PlusMonths(number),
            _ => unit.PlusYears(number),
        };
    }

    /// <summary>What occurs in the period that begins with a day, in order.</summary>
    internal IEnumerable<LocalDateTime> In(LocalDate first)
    {
        var all = DaysFrom(first).Where(Occurs).SelectMany(_ => _times, (day, time) => day.At(time));
        if (rule.Positions.Count == 0)
            return all;
        var set = all.ToList();
        return rule.Positions.Select(position => position > 0 ? position - 1 : set.Count + position)
            .Where(index => index >= 0 && index < set.Count).Distinct().Order().Select(index => set[index]);
    }

    private static LocalTime[] Times(RecurrenceRule rule, LocalTime start) =>
    [
        .. from hour in rule.Hours.DefaultIfEmpty(start.Hour)
        from minute in rule.Minutes.DefaultIfEmpty(start.Minute)
        from second in rule.Seconds.DefaultIfEmpty(start.Second)
        select new LocalTime(hour, minute, second),
    ];

    private static RecurrenceRule Complete(RecurrenceRule rule, LocalDate start)
    {
        // Days of a month are those of the start's month where a year names no other; so do libical and its kin.
        if (rule.Frequency == RecurrenceFrequency.Yearly
            && rule is { MonthDays.Count: > 0, Months.Count: 0, YearDays.Count: 0, WeekNumbers.Count: 0 })
        {
            return rule with { Months = [start.Month] };
        }

        if (rule.Days.Count + rule.MonthDays.Count + rule.YearDays.Count > 0)
            return rule;
        return rule.Frequency switch
        {
            RecurrenceFrequency.Daily => rule,
            RecurrenceFrequency.Weekly => rule with { Days = [new(0, start.DayOfWeek)] },
            RecurrenceFrequency.Monthly => rule with { MonthDays = [start.Day] },
            _ when rule.WeekNumbers.Count > 0 => rule with { Days = [new(0, start.DayOfWeek)] },
            _ => rule with { MonthDays = [start.Day], Months = rule.Months.Count > 0 ? rule.Months : [start.Month] },
        };
    }

    private LocalDate WeekOf(LocalDate date) => date.PlusDays(-(((int)date.DayOfWeek - (int)rule.WeekStart + 7) % 7));

    private IEnumerable<LocalDate> DaysFrom(LocalDate first)
    {
        var end = rule.Frequency switch
        {
            RecurrenceFrequency.Daily => first.PlusDays(1),
            RecurrenceFrequency.Weekly => first.PlusDays(7),
            RecurrenceFrequency.Monthly => first.PlusMonths(1),
            _ => first.PlusYears(1),
        };
        for (var day = first; day < end; day = day.PlusDays(1))
            yield return day;
    }

    // Each part that is given holds: those that expand a period and those that limit it come to the same, seen from a day.
    private bool Occurs(LocalDate day) =>
        (_rule.Months.Count == 0 || _rule.Months.Contains(day.Month))
        && Names(_rule.MonthDays, day.Day, day.Calendar.GetDaysInMonth(day.Year, day.Month))
        && Names(_rule.YearDays, day.DayOfYear, day.Calendar.GetDaysInYear(day.Year))
        && (_rule.WeekNumbers.Count == 0 || Names(
            _rule.WeekNumbers, _weeks.GetWeekOfWeekYear(day), _weeks.GetWeeksInWeekYear(_weeks.GetWeekYear(day))))
        && (_rule.Days.Count == 0 || _rule.Days.Any(named => named.Day == day.DayOfWeek && (named.Nth == 0 || IsNth(day, named.Nth))));

    private bool IsNth(LocalDate day, int nth)
    {
        // Of the month, or of the year where no month is named.
        var (at, length) = rule.Frequency == RecurrenceFrequency.Monthly || rule.Months.Count > 0
            ? (day.Day, day.Calendar.GetDaysInMonth(day.Year, day.Month))
            : (day.DayOfYear, day.Calendar.GetDaysInYear(day.Year));
        return nth > 0 ? (at - 1) / 7 == nth - 1 : (length - at) / 7 == -nth - 1;
    }

    private static bool Names(IReadOnlyList<int> numbers, int number, int count) =>
        numbers.Count == 0 || numbers.Contains(number) || numbers.Contains(number - count - 1);
}
