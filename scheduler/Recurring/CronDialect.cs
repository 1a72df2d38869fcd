using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace PostgresScheduler.Recurring;

/// <summary>
/// Reads cron expressions as MassTransit.Quartz does: six fields with seconds first, and days of the week from 1, which is Sunday, to 7.
/// Five fields, which Quartz does not know, are read as everywhere else, with days of the week from 0, which is Sunday.
/// </summary>
internal static partial class CronDialect
{
    /// <exception cref="FormatException">It is no such expression, or it names years.</exception>
    internal static CronExpression Parse(string expression)
    {
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length switch
        {
            5 => CronExpression.Parse(string.Join(' ', fields), CronFormat.Standard),
            6 or 7 when fields is [.., "*" or "?"] or { Length: 6 } => CronExpression.Parse(
                string.Join(' ', [.. fields[..5], FromSunday(fields[5])]), CronFormat.IncludeSeconds),
            7 => throw new CronFormatException("Years are not served: a schedule has a start and an end instead."),
            _ => throw new CronFormatException($"'{expression}' has {fields.Length} fields; it takes 6, with seconds first, or 5 without."),
        };
    }

    // Quartz counts 1 to 7 from Sunday, Cronos 0 to 6. A number after '/' or '#' is no day; "L" is Saturday, and "6L" the last Friday.
    // A day with a step goes on to Saturday; without an end Cronos goes on to 7, which is Sunday once more.
    private static string FromSunday(string daysOfWeek) => daysOfWeek is "L"
        ? "6"
        : DayNumber().Replace(DayWithStep().Replace(daysOfWeek, "$0-7"), day =>
            day.ValueSpan is [>= '1' and <= '7'] digit
                ? (digit[0] - '1').ToString(CultureInfo.InvariantCulture)
                : throw new CronFormatException($"'{day.Value}' is no day of the week: they are 1 (Sunday) to 7, or SUN to SAT."));

    [GeneratedRegex("(?<![/#0-9])[0-9]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DayNumber();

    [GeneratedRegex("(?<=^|,)([0-9]+|[A-Za-z]{3})(?=/)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DayWithStep();
}
