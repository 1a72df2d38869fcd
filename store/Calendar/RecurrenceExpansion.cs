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
        // What is counted is counted from the start.
        var number = rule.Count is null && from > start ? periods.NumberOf(from.Date) / rule.Interval * rule.Interval : 0;
        var last = (from > start ? from : start).Date;
        for (var count = 0; periods.First(number) is { } first && first.Year - last.Year <= MaxYears; number += rule.Interval)
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
}
