using System.Globalization;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Page;

/// <summary>
/// A time as a browser's field has it (HTML, section 4.10.5.1.11): without a zone. The script adds the viewer's offset at that
/// very time; without a script it is UTC, and the field says so.
/// </summary>
internal static class LocalTime
{
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF"];

    /// <summary>The field's time; null where it is empty.</summary>
    /// <param name="value">What the field has.</param>
    /// <param name="minutes">By how many minutes the viewer's clock is ahead of UTC.</param>
    /// <param name="name">The field's name, for the error.</param>
    internal static DateTimeOffset? Read(string? value, string? minutes, string name)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        var offset = int.TryParse(minutes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)
            && read is > -900 and < 900
                ? read
                : 0;
        if (DateTime.TryParseExact(value, _formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time.Year is > 1 and < 9999)
        {
            return new DateTimeOffset(time, TimeSpan.Zero).AddMinutes(-offset);
        }

        var errors = new Errors();
        errors.Add($"/{name}", "is not a time: pick one, or write it as 2026-12-01T09:00");
        errors.Throw();
        return null;
    }
}
