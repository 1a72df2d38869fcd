using NodaTime;

namespace Mail.Store;

/// <summary>The instant of a local time.</summary>
/// <param name="Instant">The instant; null where the time is left out, and that is not to be made good.</param>
/// <param name="Before">The neighbour before a time that is left out; else the instant.</param>
/// <param name="After">The neighbour after a time that is left out; else the instant.</param>
/// <param name="Gap">The length of the gap that the time is in; else zero.</param>
public sealed record MappedTime(DateTimeOffset? Instant, DateTimeOffset Before, DateTimeOffset After, TimeSpan Gap);

/// <summary>
/// Which instant a local time is. What a clock change leaves out is read with the offset before it (RFC 5545, section 3.3.5), which makes
/// it later by the length of the gap, or with the offset after it, which makes it earlier by as much.
/// </summary>
public static class LocalTimeMapping
{
    private static readonly DateTimeOffset _end = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Maps.</summary>
    /// <param name="local">The local time.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="ifSkipped">One of <see cref="IfSkipped"/>.</param>
    /// <param name="ifRepeated">One of <see cref="IfRepeated"/>.</param>
    public static MappedTime Map(LocalDateTime local, DateTimeZone zone, string ifSkipped, string ifRepeated)
    {
        // At both ends of the calendar an offset would lead out of it.
        if (local.Year is <= 1 or >= 9999)
            return At(local.Year <= 1 ? DateTimeOffset.MinValue : _end);
        var mapping = zone.MapLocal(local);
        if (mapping.Count > 0)
            return At((ifRepeated == IfRepeated.Second ? mapping.Last() : mapping.First()).ToDateTimeOffset().ToUniversalTime());

        var (early, late) = (mapping.EarlyInterval.WallOffset, mapping.LateInterval.WallOffset);
        var (before, after) = (Instant(local, late), Instant(local, early));
        DateTimeOffset? instant = ifSkipped switch
        {
            IfSkipped.After => after,
            IfSkipped.Before => before,
            _ => null,
        };
        return new(instant, before, after, TimeSpan.FromSeconds(late.Seconds - early.Seconds));

        static MappedTime At(DateTimeOffset instant) => new(instant, instant, instant, TimeSpan.Zero);
    }

    private static DateTimeOffset Instant(LocalDateTime local, Offset offset) => local.WithOffset(offset).ToInstant().ToDateTimeOffset();
}
