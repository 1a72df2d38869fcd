using System.Globalization;
using System.Text.RegularExpressions;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Times as RFC 3339 section 5.6 writes them. What is finer than a millisecond is rounded up: answers show milliseconds,
/// and a config that is read and saved again must not seem changed; up, so that nothing is early.
/// </summary>
internal static partial class Rfc3339
{
    private static readonly TimeSpan _lastSecond = new(23, 59, 59);

    internal const string Example = "for example 2026-12-01T09:00:00+01:00";

    internal static bool TryParse(string text, out DateTimeOffset time, out string sentence, out ProblemCode code)
    {
        time = default;
        sentence = $"is not an RFC 3339 time, {Example}";
        code = ProblemCodes.InvalidBody;
        var match = Pattern().Match(text);
        if (!match.Success)
            return false;
        if (!match.Groups["offset"].Success)
        {
            sentence = $"has no offset: say which time zone is meant, {Example}";
            code = ProblemCodes.TimeWithoutOffset;
            return false;
        }

        if (match.Groups["time"].Value.EndsWith(":60", StringComparison.Ordinal))
            return TryLeapSecond(text, out time, out sentence, out code);
        if (!DateTime.TryParseExact(
                $"{match.Groups["date"].Value}T{match.Groups["time"].Value}", "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var local)
            || OffsetOf(match.Groups["offset"].Value) is not { } offset || local.Ticks < offset.Ticks)
        {
            return false;
        }

        // Not by DateTimeOffset, which has offsets of up to 14 hours: RFC 3339 has up to 23:59.
        time = new(Math.Min(local.Ticks - offset.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
        var milliseconds = Milliseconds(match.Groups["fraction"].Value);
        // The calendar ends with the year 9999.
        time = time > DateTimeOffset.MaxValue.AddMilliseconds(-milliseconds) ? time : time.AddMilliseconds(milliseconds);
        return true;
    }

    /// <summary>
    /// A leap second (RFC 3339 section 5.7) comes at the end of a day in UTC. No clock here has it: it is the instant that follows.
    /// </summary>
    private static bool TryLeapSecond(string text, out DateTimeOffset time, out string sentence, out ProblemCode code)
    {
        var before = string.Concat(
            text.AsSpan(0, "yyyy-MM-ddTHH:mm:".Length), "59",
            text.AsSpan(text.IndexOfAny(['Z', 'z', '+', '-'], "yyyy-MM-ddTHH:mm:60".Length)));
        if (!TryParse(before, out time, out sentence, out code))
            return false;
        if (time.TimeOfDay == _lastSecond && time < DateTimeOffset.MaxValue.AddSeconds(-1))
        {
            time += TimeSpan.FromSeconds(1);
            return true;
        }

        sentence = "has 60 seconds, which only the last minute of a day in UTC may have: 23:59:60Z";
        return false;
    }

    private static TimeSpan? OffsetOf(string text)
    {
        if (text is "Z" or "z")
            return TimeSpan.Zero;
        var offset = TimeSpan.TryParseExact(text.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var size) ? size : (TimeSpan?)null;
        return text[0] == '-' ? -offset : offset;
    }

    private static int Milliseconds(string fraction)
    {
        var digits = fraction.PadRight(3, '0');
        var milliseconds = int.Parse(digits.AsSpan(0, 3), CultureInfo.InvariantCulture);
        return digits.AsSpan(3).IndexOfAnyExcept('0') < 0 ? milliseconds : milliseconds + 1;
    }

    // A large config has ten thousand times, and the engine that never backtracks takes microseconds for each. No part can take what the
    // next one begins with, so this one has nothing to go back to.
    [GeneratedRegex(
        @"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<offset>[Zz]|"
        + @"[+-][0-9]{2}:[0-9]{2})?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
