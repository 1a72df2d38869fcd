namespace Mail.Store;

/// <summary>A time on the clocks of a place. The instant follows from it and from the rules of the zone, which change.</summary>
/// <param name="ScheduledLocal">The local time, as <see cref="LocalTimeText"/> writes it.</param>
/// <param name="TimeZone">The IANA name of the zone, as it was written.</param>
/// <param name="IfSkipped">One of <see cref="Store.IfSkipped"/>.</param>
/// <param name="IfRepeated">One of <see cref="Store.IfRepeated"/>.</param>
public sealed record WallClock(string ScheduledLocal, string TimeZone, string IfSkipped, string IfRepeated)
{
    /// <summary>Whether two times mean the same, now and after any change of rules: names of one zone are one zone.</summary>
    public static bool AreSame(WallClock? one, WallClock? other, TimeZones zones) =>
        one is null || other is null
            ? one is null && other is null
            : one with { TimeZone = "" } == other with { TimeZone = "" } && zones.AreSame(one.TimeZone, other.TimeZone);
}
