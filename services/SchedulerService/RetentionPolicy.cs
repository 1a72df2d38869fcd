using System.Globalization;
using Mail.Hosting;
using Mail.Store;

namespace Mail.SchedulerService;

/// <summary>For how long what can be looked up later is kept.</summary>
/// <param name="Keep">
/// What an e-mail says, after it became final: <c>RETENTION_DAYS</c>; null where it is not set: for ever.
/// </param>
/// <param name="KeepEvents">Events, and deliveries to webhooks: <c>EVENT_RETENTION_DAYS</c>; 30 where it is not set.</param>
internal sealed record RetentionPolicy(TimeSpan? Keep, TimeSpan KeepEvents)
{
    private const int MaxDays = 36_500;
    private const int MaxEventDays = 366;

    internal static RetentionPolicy From(IConfiguration configuration) => new(
        Days(configuration, "RETENTION_DAYS", MaxDays, "to keep everything"),
        Days(configuration, "EVENT_RETENTION_DAYS", MaxEventDays, "for 30 days") ?? EventRetention.Default);

    private static TimeSpan? Days(IConfiguration configuration, string name, int most, string otherwise)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
            return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days > 0 && days <= most
            ? TimeSpan.FromDays(days)
            : throw new SettingException(
                $"{name} is \"{value}\": set a whole number of days from 1 to {most}, or leave it out {otherwise}.");
    }
}
