using System.Globalization;
using Mail.Hosting;

namespace Mail.SchedulerService;

/// <summary>For how long what an e-mail says is kept after it became final.</summary>
/// <param name="Keep"><c>RETENTION_DAYS</c>; null where it is not set: for ever.</param>
internal sealed record RetentionPolicy(TimeSpan? Keep)
{
    private const int MaxDays = 36_500;

    internal static RetentionPolicy From(IConfiguration configuration)
    {
        var value = configuration["RETENTION_DAYS"];
        if (string.IsNullOrEmpty(value))
            return new(Keep: null);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= MaxDays
            ? new(TimeSpan.FromDays(days))
            : throw new SettingException(
                $"RETENTION_DAYS is \"{value}\": set a whole number of days from 1 to {MaxDays}, or leave it out to keep everything.");
    }
}
