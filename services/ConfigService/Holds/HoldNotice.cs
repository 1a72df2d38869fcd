using System.Globalization;
using Mail.Store;

namespace Mail.ConfigService.Holds;

/// <summary>
/// What is said of a hold wherever somebody asks whether e-mail works: since when, by whom, and how to release. Not the reason,
/// which a person wrote and which not everyone may read. Pure.
/// </summary>
internal static class HoldNotice
{
    internal static string Describe(Hold hold)
    {
        var everything = hold.Id == Hold.Everything;
        var path = everything ? "release" : $"client/{hold.Id}/release";
        var command = everything ? "" : $" {hold.Id}";
        return $"{(everything ? "All sending" : "Sending for this client")} is held back since {Time(hold.Since)} by {Who(hold.By)}. "
            + "E-mails wait, and none is lost. "
            + $"POST /api/v1/{path} releases it, or ./mail release{command}, which first shows what would go out.";
    }

    private static string Who(string by) =>
        by == Hold.RestoreFence ? "the restore fence (restore_fence), which found a database that may be an older one or a copy" : by;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
