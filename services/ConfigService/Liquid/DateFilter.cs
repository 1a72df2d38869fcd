using System.Globalization;
using System.Text;
using Mail.ConfigService.Requests;
using NodaTime;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// The filter <c>date</c>, with the directives of strftime (POSIX, and Ruby's flags <c>-</c>, <c>^</c>, <c>0</c>, <c>_</c>), in English.
/// </summary>
internal static class DateFilter
{
    private static readonly CultureInfo _english = CultureInfo.InvariantCulture;

    internal static object? Apply(object? input, LiquidArguments arguments, LiquidRun run)
    {
        if (input is "now" or "today")
            throw new LiquidException("asks for the current time, and there is none: pass the time that you mean");
        if (arguments.Count == 0 || Time(input, run.Zone) is not { } time)
            return input;
        var format = arguments.Text(0, run);
        run.Budget.Characters(format.Length * 4L);
        return Format(InZone(time, run.Zone), format, run.Zone);
    }

    /// <summary>A time where no format is given: RFC 3339, in its zone.</summary>
    internal static string Plain(DateTimeOffset time, DateTimeZone zone) =>
        zone.Equals(DateTimeZone.Utc)
            ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", _english)
            : InZone(time, zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", _english);

    // At both ends of the calendar an offset would lead out of it.
    private static DateTimeOffset InZone(DateTimeOffset time, DateTimeZone zone) => time.UtcDateTime.Year is 1 or 9999
        ? time.ToUniversalTime()
        : Instant.FromDateTimeOffset(time).InZone(zone).ToDateTimeOffset();

    // A date alone is that date in whatever zone.
    private static DateTimeOffset? Time(object? input, DateTimeZone zone) => input switch
    {
        DateTimeOffset time => time,
        LiquidMarkup markup => Time(markup.Html, zone),
        string text when Rfc3339.TryParse(text, out var time, out _, out _) => time,
        string text when DateOnly.TryParseExact(text, "yyyy-MM-dd", _english, DateTimeStyles.None, out var date) =>
            date.Year is 1 or 9999
                ? new(date, TimeOnly.MinValue, TimeSpan.Zero)
                : LocalDate.FromDateOnly(date).AtMidnight().InZoneLeniently(zone).ToDateTimeOffset(),
        LiquidNumber number when number.Unscaled.Sign >= 0 && number < LiquidNumber.From(253402300800) =>
            DateTimeOffset.UnixEpoch.AddSeconds((double)number.Round(MidpointRounding.ToZero, 0).Unscaled),
        _ => null,
    };

    private static string Format(DateTimeOffset time, string format, DateTimeZone zone)
    {
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            var flag = format[at + 1] is '-' or '^' or '0' or '_' && at + 2 < format.Length ? format[++at] : '\0';
            text.Append(Flagged(Directive(time, format[++at], zone) ?? $"%{format[at]}", flag));
        }

        return text.ToString();
    }

    private static string Flagged(string text, char flag) => flag switch
    {
        '-' => text.Length > 1 ? text.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : "0" : text,
        '^' => text.ToUpperInvariant(),
        '_' => text.Length > 1 && text[0] == '0' ? $" {text[1..]}" : text,
        '0' => text.Replace(' ', '0'),
        _ => text,
    };

    private static string? Directive(DateTimeOffset time, char directive, DateTimeZone zone) => directive switch
    {
        'Y' => time.ToString("yyyy", _english),
        'C' => (time.Year / 100).ToString("00", _english),
        'y' => time.ToString("yy", _english),
        'm' => time.ToString("MM", _english),
        'd' => time.ToString("dd", _english),
        'e' => time.Day.ToString(_english).PadLeft(2),
        'j' => time.DayOfYear.ToString("000", _english),
        'H' => time.ToString("HH", _english),
        'k' => time.Hour.ToString(_english).PadLeft(2),
        'I' => time.ToString("hh", _english),
        'l' => time.ToString("%h", _english).PadLeft(2),
        'M' => time.ToString("mm", _english),
        'S' => time.ToString("ss", _english),
        'L' => time.ToString("fff", _english),
        'N' => time.ToString("fffffff", _english) + "00",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'A' => time.ToString("dddd", _english),
        'a' => time.ToString("ddd", _english),
        'B' => time.ToString("MMMM", _english),
        'b' or 'h' => time.ToString("MMM", _english),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(_english),
        'w' => ((int)time.DayOfWeek).ToString(_english),
        'V' => ISOWeek.GetWeekOfYear(time.DateTime).ToString("00", _english),
        'G' => ISOWeek.GetYear(time.DateTime).ToString("0000", _english),
        's' => time.ToUnixTimeSeconds().ToString(_english),
        'z' => time.ToString("zzz", _english).Replace(":", "", StringComparison.Ordinal),
        'Z' => zone.Equals(DateTimeZone.Utc) ? "UTC" : time.ToString("zzz", _english),
        'D' or 'x' => time.ToString("MM/dd/yy", _english),
        'F' => time.ToString("yyyy-MM-dd", _english),
        'T' or 'X' => time.ToString("HH:mm:ss", _english),
        'R' => time.ToString("HH:mm", _english),
        'r' => time.ToString("hh:mm:ss tt", _english),
        'c' => time.ToString("ddd MMM ", _english) + time.Day.ToString(_english).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", _english),
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };
}
