using System.Globalization;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Page;

/// <summary>
/// What <c>due:</c> means: a day by its name or date, or a range of days or instants, such as <c>2026-12-01..2026-12-03</c>. Days are those
/// of the viewer's zone. Pure.
/// </summary>
internal static class DueTerm
{
    /// <summary>The range, its end not in it; null where it is none.</summary>
    internal static (DateTimeOffset? From, DateTimeOffset? To)? Read(string value, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        switch (value.ToLowerInvariant())
        {
            case "yesterday":
                return Days(today.AddDays(-1), today.AddDays(-1), zone);
            case "today":
                return Days(today, today, zone);
            case "tomorrow":
                return Days(today.AddDays(1), today.AddDays(1), zone);
            case "last-24h":
                return (now.AddHours(-24), now);
            case "next-24h":
                return (now, now.AddHours(24));
            case "last-7d":
                return (now.AddDays(-7), now);
        }

        var parts = value.Split("..", 2);
        var from = Time(parts[0], zone, isEnd: false);
        var to = Time(parts[^1], zone, isEnd: true);
        if ((parts[0].Length > 0 && from is null) || (parts[^1].Length > 0 && to is null) || (from is null && to is null))
            return null;
        // An instant alone is no range.
        return parts.Length == 1 && value.Contains('T', StringComparison.OrdinalIgnoreCase) ? null : (from, to);
    }

    private static (DateTimeOffset? From, DateTimeOffset? To) Days(DateOnly first, DateOnly last, TimeZoneInfo zone) =>
        (Begin(first, zone), Begin(last.AddDays(1), zone));

    private static DateTimeOffset? Time(string text, TimeZoneInfo zone, bool isEnd)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1 and < 9999)
        {
            return Begin(isEnd ? day.AddDays(1) : day, zone);
        }

        return Rfc3339.TryParse(text, out var time, out _, out _) ? time : null;
    }

    // Where the clocks skip midnight, the day begins an hour later.
    private static DateTimeOffset Begin(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        if (zone.IsInvalidTime(midnight))
            midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
