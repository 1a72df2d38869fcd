using NodaTime;

namespace Mail.Store;

/// <summary>How often a rule starts over.</summary>
public enum RecurrenceFrequency
{
    /// <summary>Each day.</summary>
    Daily,

    /// <summary>Each week.</summary>
    Weekly,

    /// <summary>Each month.</summary>
    Monthly,

    /// <summary>Each year.</summary>
    Yearly,
}

/// <summary>A weekday in a rule.</summary>
/// <param name="Nth">Which one of its month or year, from the end where negative; 0 for each.</param>
/// <param name="Day">The day.</param>
public sealed record RecurrenceDay(int Nth, IsoDayOfWeek Day);

/// <summary>A recurrence rule of RFC 5545, section 3.3.10, on local times. From <see cref="RecurrenceRuleParser"/>.</summary>
public sealed record RecurrenceRule
{
    /// <summary>FREQ.</summary>
    public required RecurrenceFrequency Frequency { get; init; }

    /// <summary>INTERVAL, from 1.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>COUNT, from 1; null where it is left out.</summary>
    public int? Count { get; init; }

    /// <summary>UNTIL, which may occur itself; null where it is left out.</summary>
    public LocalDateTime? Until { get; init; }

    /// <summary>BYSECOND; empty where it is left out, as are those below.</summary>
    public IReadOnlyList<int> Seconds { get; init; } = [];

    /// <summary>BYMINUTE.</summary>
    public IReadOnlyList<int> Minutes { get; init; } = [];

    /// <summary>BYHOUR.</summary>
    public IReadOnlyList<int> Hours { get; init; } = [];

    /// <summary>BYDAY.</summary>
    public IReadOnlyList<RecurrenceDay> Days { get; init; } = [];

    /// <summary>BYMONTHDAY; from the end of the month where negative.</summary>
    public IReadOnlyList<int> MonthDays { get; init; } = [];

    /// <summary>BYYEARDAY; from the end of the year where negative.</summary>
    public IReadOnlyList<int> YearDays { get; init; } = [];

    /// <summary>BYWEEKNO; from the end of the year where negative.</summary>
    public IReadOnlyList<int> WeekNumbers { get; init; } = [];

    /// <summary>BYMONTH.</summary>
    public IReadOnlyList<int> Months { get; init; } = [];

    /// <summary>BYSETPOS; from the end of the period where negative.</summary>
    public IReadOnlyList<int> Positions { get; init; } = [];

    /// <summary>WKST.</summary>
    public IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    /// <summary>How many times of one day the rule names at the most, before BYSETPOS.</summary>
    public int TimesOfDay => Math.Max(1, Hours.Count) * Math.Max(1, Minutes.Count) * Math.Max(1, Seconds.Count);
}
