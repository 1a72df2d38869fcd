using System.Globalization;
using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>What a server says of its limit's period: <c>too many emails per second</c>, <c>try again in 92 seconds</c>.</summary>
internal static partial class PacePeriod
{
    /// <summary>The period of the limit and how long to wait, where the reply names them.</summary>
    public static (TimeSpan? Period, TimeSpan? Wait) Parse(string? reply)
    {
        if (reply is null)
            return (null, null);
        var wait = Wait().Match(reply);
        var period = Period().Match(reply);
        return (
            period.Success ? Length(period.Groups["count"].Value, period.Groups["unit"].Value) : null,
            wait.Success ? Length(wait.Groups["count"].Value, wait.Groups["unit"].Value) : null);
    }

    private static TimeSpan Length(string count, string unit)
    {
        var number = int.TryParse(count, CultureInfo.InvariantCulture, out var given) && given is > 0 and < 10_000 ? given : 1;
        var span = number * (unit[0] switch
        {
            's' or 'S' => TimeSpan.FromSeconds(1),
            'm' or 'M' when unit.StartsWith("mo", StringComparison.OrdinalIgnoreCase) => TimeSpan.FromDays(1),
            'm' or 'M' => TimeSpan.FromMinutes(1),
            'h' or 'H' => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1)
        });
        return span < TimeSpan.FromDays(1) ? span : TimeSpan.FromDays(1);
    }

    [GeneratedRegex(
        @"\b(per|each|every|an?|in|within|last|past|this)[ -](the )?(last |past )?((?<count>\d+)[ -]?)?(?<unit>sec(ond)?|min(ute)?|hour|"
        + @"day|month)s?\b|\b(?<unit>secondly|minutely|hourly|daily|day|monthly)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Period();

    [GeneratedRegex(
        @"\b(again|retry|wait|back)\b.{0,20}?\b(in|after|for|at least)?\s*(?<count>\d+)\s*(?<unit>s|sec(ond)?s?|min(ute)?s?|hours?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Wait();
}
