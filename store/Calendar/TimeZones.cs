using NodaTime;
using NodaTime.TimeZones;

namespace Mail.Store;

/// <summary>The time zones of the IANA database, of one version.</summary>
public sealed class TimeZones
{
    private readonly DateTimeZoneCache _zones;
    private readonly HashSet<string> _ids;
    private readonly Func<string, string> _canonical;
    private readonly HashSet<string> _ofPlaces;

    /// <summary>Zones of a source.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="version">The version of the IANA database, such as <c>2026a</c>.</param>
    /// <param name="canonical">The name that a zone goes by, for any of its names.</param>
    /// <param name="ofPlaces">
    /// The names that stand for a place of their own (the database's <c>zone.tab</c>). Where the clocks of two have agreed since 1970 the
    /// database has one zone for both, such as Europe/Stockholm and Europe/Berlin; they are two all the same.
    /// </param>
    public TimeZones(
        IDateTimeZoneSource source, string version, Func<string, string> canonical, IEnumerable<string>? ofPlaces = null)
    {
        (_zones, _canonical, Version) = (new(source), canonical, version);
        _ids = [.. source.GetIds()];
        _ofPlaces = new(ofPlaces ?? [], StringComparer.Ordinal);
    }

    /// <summary>Those that this build came with.</summary>
    public static TimeZones BuiltIn { get; } = From(TzdbDateTimeZoneSource.Default);

    /// <summary>The version, such as <c>2026a</c>. A later one comes after it in the order of characters.</summary>
    public string Version { get; }

    /// <summary>Whether these are older than a version.</summary>
    public bool AreOlderThan(string? version) => string.CompareOrdinal(Version, version) < 0;

    /// <summary>Reads a file of NodaTime's format (<c>.nzd</c>).</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or what it says is wrong.</exception>
    public static TimeZones Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var source = TzdbDateTimeZoneSource.FromStream(stream);
            source.Validate();
            return From(source);
        }
        catch (Exception exception) when (exception is not (IOException or UnauthorizedAccessException))
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    /// <summary>A zone by any of its names; null where there is none.</summary>
    public DateTimeZone? Find(string name) => _ids.Contains(name) ? _zones.GetZoneOrNull(name) : null;

    /// <summary>The name that a zone goes by.</summary>
    public string Canonical(string name) => _canonical(name);

    /// <summary>Whether two names are of the same zone.</summary>
    public bool AreSame(string one, string other) => one == other || NameOf(one) == NameOf(other);

    /// <summary>The instant of a time on the wall; null where its zone is not known, or it is left out.</summary>
    public MappedTime? Map(WallClock time) =>
        LocalTimeText.Parse(time.ScheduledLocal) is { } local && Find(time.TimeZone) is { } zone
            ? LocalTimeMapping.Map(local, zone, time.IfSkipped, time.IfRepeated)
            : null;

    private string NameOf(string name) => _ofPlaces.Contains(name) ? name : Canonical(name);

    private static TimeZones From(TzdbDateTimeZoneSource source) => new(
        source, source.TzdbVersion, name => source.CanonicalIdMap.TryGetValue(name, out var canonical) ? canonical : name,
        source.ZoneLocations?.Select(location => location.ZoneId));
}
