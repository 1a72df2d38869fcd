using NodaTime;

namespace Mail.Store;

/// <summary>What a rule yields, on local times alone: no clock change enters it.</summary>
public static class RecurrenceExpansion
{
    // No rule of the Gregorian calendar that ever occurs lets more years pass, but those with an absurd interval.
    internal const int MaxYears = 100;

    /// <summary>
    /// The local times of a rule, in order, each once. It ends with the rule, or where nothing occurs for a hundred years: enumerating it
    /// never takes longer than it takes to look at the days of a century.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">Where it starts. Counts as an occurrence only where the rule yields it.</param>
    /// <param name="from">The first time that is asked for.</param>
    public static IEnumerable<LocalDateTime> Times(RecurrenceRule rule, LocalDateTime start, LocalDateTime from)
    {
        var periods = new RecurrencePeriods(rule, start);
        var (number, count) = from > start ? Before(rule, periods, start, from) : (0, 0);
        var last = (from > start ? from : start).Date;
        for (; periods.First(number) is { } first && first.Year - last.Year <= MaxYears; number += rule.Interval)
        {
            foreach (var time in periods.In(first))
            {
                if (time < start)
                    continue;
                if (time > rule.Until || ++count > rule.Count)
                    yield break;
                if (time < from)
                    continue;
                last = time.Date;
                yield return time;
            }

            if (first.AtMidnight() > rule.Until)
                yield break;
        }
    }

    // The period that a time is in, and how many occur before that. What is counted is counted from the start, one by one where periods
    // differ.
    private static (int Number, int Count) Before(RecurrenceRule rule, RecurrencePeriods periods, LocalDateTime start, LocalDateTime from)
    {
        var steps = periods.NumberOf(from.Date) / rule.Interval;
        if (rule.Count is null || steps == 0)
            return (steps * rule.Interval, 0);
        return periods.InEach is { } each && periods.First(0) is { } first
            ? (steps * rule.Interval, periods.In(first).Count(time => time >= start) + ((steps - 1) * each))
            : (0, 0);
    }
}
