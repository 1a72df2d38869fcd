using NodaTime;

namespace Mail.Store;

/// <summary>One time of a series.</summary>
/// <param name="Nominal">The local time that the rule yields. It names the occurrence, and stays.</param>
/// <param name="Local">The local time that it takes place at: another one where it was moved.</param>
/// <param name="Instant">The instant of that.</param>
/// <param name="Base">The instant of the nominal time.</param>
/// <param name="Shifted">By how much a clock change shifts it; zero where none does.</param>
public sealed record Occurrence(LocalDateTime Nominal, WallClock Local, DateTimeOffset Instant, DateTimeOffset Base, TimeSpan Shifted)
{
    /// <summary>When it is no longer worth sending.</summary>
    public DateTimeOffset SendBefore { get; init; }

    /// <summary>The nominal time as it is written.</summary>
    public string Name => LocalTimeText.Format(Nominal);
}

/// <summary>The times of a series, in the order of their nominal times. Pure.</summary>
/// <param name="recurrence">When it occurs.</param>
/// <param name="zones">The time zones.</param>
/// <param name="sendWithin">For how long each is worth sending; null for 72 hours or the way to the next, the shorter.</param>
public sealed class Occurrences(Recurrence recurrence, TimeZones zones, TimeSpan? sendWithin)
{
    private static readonly TimeSpan _worthSending = TimeSpan.FromHours(72);

    private readonly RecurrenceRule _rule = recurrence.Rule;
    private readonly DateTimeZone _zone = zones.Find(recurrence.TimeZone) ?? throw new FormatException(
        $"The time zone {recurrence.TimeZone} is unknown in version {zones.Version} of the IANA database.");

    private readonly HashSet<string> _skip = recurrence.Skip.ToHashSet(StringComparer.Ordinal);

    /// <summary>A local time of the series' zone, now.</summary>
    public LocalDateTime LocalOf(DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(_zone).LocalDateTime;

    /// <summary>Those from a nominal time on, but for the skipped ones.</summary>
    public IEnumerable<Occurrence> From(LocalDateTime from)
    {
        Occurrence? last = null;
        foreach (var time in RecurrenceExpansion.Times(_rule, recurrence.Start, from))
        {
            if (_skip.Contains(LocalTimeText.Format(time)) || Of(time) is not { } occurrence)
                continue;
            if (last is not null)
                yield return last with { SendBefore = SendBefore(last.Instant, occurrence.Instant) };
            last = occurrence;
        }

        if (last is not null)
            yield return last with { SendBefore = SendBefore(last.Instant, null) };
    }

    /// <summary>The one of a nominal time; null where the rule does not yield it, or it is skipped.</summary>
    public Occurrence? Named(string nominal) =>
        LocalTimeText.Parse(nominal) is { } time && From(time).FirstOrDefault() is { } found && found.Nominal == time ? found : null;

    /// <summary>Whether the rule yields a nominal time, skipped or not.</summary>
    public bool Yields(LocalDateTime time) => RecurrenceExpansion.Times(_rule, recurrence.Start, time).FirstOrDefault() == time;

    private Occurrence? Of(LocalDateTime nominal)
    {
        var name = LocalTimeText.Format(nominal);
        var isMoved = recurrence.Move.TryGetValue(name, out var moved);
        var local = isMoved ? LocalTimeText.Parse(moved!)!.Value : nominal;
        var mapped = LocalTimeMapping.Map(local, _zone, recurrence.IfSkipped, recurrence.IfRepeated);
        if (mapped.Instant is not { } instant)
            return null;
        var shifted = mapped.Gap == TimeSpan.Zero ? TimeSpan.Zero : instant == mapped.After ? mapped.Gap : -mapped.Gap;
        return new(
            nominal, new(LocalTimeText.Format(local), recurrence.TimeZone, recurrence.IfSkipped, recurrence.IfRepeated), instant,
            isMoved ? LocalTimeMapping.Map(nominal, _zone, IfSkipped.After, recurrence.IfRepeated).After : instant, shifted);
    }

    private DateTimeOffset SendBefore(DateTimeOffset due, DateTimeOffset? next)
    {
        var within = sendWithin ?? (next > due && next - due < _worthSending ? next.Value - due : _worthSending);
        return due > DateTimeOffset.MaxValue - within ? due : due + within;
    }
}
