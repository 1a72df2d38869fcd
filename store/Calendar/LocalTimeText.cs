using NodaTime;
using NodaTime.Text;

namespace Mail.Store;

/// <summary>How local times are written: <c>2027-03-28T09:00:00</c>, to the second and without an offset.</summary>
public static class LocalTimeText
{
    /// <summary>A time that is written right.</summary>
    public const string Example = "2027-03-28T09:00:00";

    private static readonly LocalDateTimePattern _pattern =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss");

    /// <summary>The time, or null where it is none.</summary>
    public static LocalDateTime? Parse(string text) =>
        // The pattern takes 24:00:00 for the next day.
        text.Length == Example.Length && _pattern.Parse(text) is { Success: true } parsed && Format(parsed.Value) == text
            ? parsed.Value
            : null;

    /// <summary>The time as it is written. Texts are in the order of their times.</summary>
    public static string Format(LocalDateTime time) => _pattern.Format(time);
}
