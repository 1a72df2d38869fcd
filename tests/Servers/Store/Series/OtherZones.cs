using Mail.Store;
using NodaTime;
using NodaTime.TimeZones;

namespace Mail.Tests.Servers.Store.Series;

/// <summary>Time zones of another version, in which one zone has the rules of another.</summary>
internal sealed class OtherZones(string zone, string rulesOf) : IDateTimeZoneSource
{
    private readonly TzdbDateTimeZoneSource _source = TzdbDateTimeZoneSource.Default;

    public string VersionId => _source.VersionId;

    /// <summary>Zones of a version.</summary>
    internal static TimeZones Of(string version, string zone, string rulesOf) =>
        new(new OtherZones(zone, rulesOf), version, name => name);

    public IEnumerable<string> GetIds() => _source.GetIds();

    public DateTimeZone ForId(string id) => id == zone ? new Renamed(id, _source.ForId(rulesOf)) : _source.ForId(id);

    public string? GetSystemDefaultId() => null;

    // The cache asks that a zone is called what it was asked for.
    private sealed class Renamed(string id, DateTimeZone rules) : DateTimeZone(id, isFixed: false, rules.MinOffset, rules.MaxOffset)
    {
        public override ZoneInterval GetZoneInterval(Instant instant) => rules.GetZoneInterval(instant);
    }
}
