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

    /// <summary>The nominal times of those that are moved.</summary>
    internal IEnumerable<string> MovedFrom => recurrence.Move.Keys;

    /// <summary>Those from a nominal time on, but for the skipped ones.</summary>
    public IEnumerable<Occurrence> From(LocalDateTime from)
    {
        Occurrence? last = null;
        var year = Math.Max(from.Year, recurrence.Start.Year);
        foreach (var time in RecurrenceExpansion.Times(_rule, recurrence.Start, from))
        {
            if (_skip.Contains(LocalTimeText.Format(time)) || Of(time) is not { } occurrence)
            {
                // A rule may yield nothing but what clock changes leave out.
                if (time.Year - year > RecurrenceExpansion.MaxYears)
                    break;
                continue;
            }

            year = time.Year;
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

    /// <summary>The instants of e-mails that do not take place when the occurrence does that they are named after.</summary>
    public IReadOnlySet<DateTimeOffset> Elsewhere(IReadOnlyCollection<(string Name, DateTimeOffset At)> emails) =>
        new OccurrenceIndex(this, emails.Select(email => email.Name), []).Elsewhere(emails);

    /// <summary>Those of some spans of time, and perhaps of the days between two that are near each other.</summary>
    internal IEnumerable<Occurrence> In(IReadOnlyCollection<(LocalDateTime From, LocalDateTime To)> spans)
    {
        var merged = new List<(LocalDateTime From, LocalDateTime To)>();
        foreach (var span in spans.OrderBy(span => span.From))
        {
            if (merged.Count == 0 || span.From > merged[^1].To.PlusDays(7))
                merged.Add(span);
            else if (span.To > merged[^1].To)
                merged[^1] = (merged[^1].From, span.To);
        }

        // What is counted is counted from the start, once for all of them.
        if (_rule.Count is not null && merged.Count > 0)
        {
            var index = 0;
            foreach (var occurrence in From(merged[0].From))
            {
                while (index < merged.Count && occurrence.Nominal > merged[index].To)
                    index++;
                if (index == merged.Count)
                    break;
                if (occurrence.Nominal >= merged[index].From)
                    yield return occurrence;
            }

            yield break;
        }

        foreach (var (from, to) in merged)
        {
            foreach (var occurrence in From(from).TakeWhile(occurrence => occurrence.Nominal <= to))
                yield return occurrence;
        }
    }

    /// <summary>Whether one is left out.</summary>
    internal bool IsSkipped(string nominal) => _skip.Contains(nominal);

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
