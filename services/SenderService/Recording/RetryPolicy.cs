using System.Globalization;
using Mail.Hosting;

namespace Mail.SenderService.Recording;

/// <summary>When a temporary failure is tried again: after a delay that doubles with each attempt, up to an hour.</summary>
/// <param name="FirstDelay">The delay after the first attempt (<c>RETRY_DELAY_SECONDS</c>, 30 where left out).</param>
public sealed record RetryPolicy(TimeSpan FirstDelay)
{
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);

    /// <summary>How long to wait after the given attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="jitter">From 0 to 1: up to a quarter more, so that what failed together is not tried again together.</param>
    public TimeSpan DelayAfter(int attempt, double jitter)
    {
        var doubled = FirstDelay * Math.Pow(2, Math.Min(attempt - 1, 20));
        var delay = (doubled < _longest ? doubled : _longest) * (1 + (jitter / 4));
        return delay < _longest ? delay : _longest;
    }

    internal static RetryPolicy From(IConfiguration configuration)
    {
        var value = configuration["RETRY_DELAY_SECONDS"];
        if (string.IsNullOrEmpty(value))
            return new(TimeSpan.FromSeconds(30));
        return double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600
            ? new(TimeSpan.FromSeconds(seconds))
            : throw new SettingException(
                $"RETRY_DELAY_SECONDS is \"{value}\": set a number of seconds above 0, up to 3600, or leave it out for 30.");
    }
}
