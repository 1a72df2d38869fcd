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
        var seconds = $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{match.Groups["offset"].Value.ToUpperInvariant()}";
        if (!DateTimeOffset.TryParseExact(
            seconds, "yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return false;
        }

        time = time.ToUniversalTime();
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

    private static int Milliseconds(string fraction)
    {
        var digits = fraction.PadRight(3, '0');
        var milliseconds = int.Parse(digits.AsSpan(0, 3), CultureInfo.InvariantCulture);
        return digits.AsSpan(3).IndexOfAnyExcept('0') < 0 ? milliseconds : milliseconds + 1;
    }

    [GeneratedRegex(
        @"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]{1,30}))?(?<offset>[Zz]|"
        + @"[+-][0-9]{2}:[0-9]{2})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
