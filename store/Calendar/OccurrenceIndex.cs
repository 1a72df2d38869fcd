using NodaTime;

namespace Mail.Store;

/// <summary>Occurrences of a series, found by their names and by their instants. Pure.</summary>
public sealed class OccurrenceIndex
{
    // Further than any clock change, and any nominal time, is from its instant.
    private const int Around = 2;

    private readonly Dictionary<string, Occurrence> _byName = new(StringComparer.Ordinal);
    private readonly ILookup<DateTimeOffset, Occurrence> _byInstant;
    private readonly Occurrences _times;

    /// <summary>Those of some names, and all of some instants. The series is expanded where they are, and not between them.</summary>
    /// <param name="times">The series.</param>
    /// <param name="names">Nominal times.</param>
    /// <param name="instants">Instants.</param>
    public OccurrenceIndex(Occurrences times, IEnumerable<string> names, IReadOnlyCollection<DateTimeOffset> instants)
    {
        _times = times;
        var around = instants.Distinct().Select(times.LocalOf).Select(at => (From: at.PlusDays(-Around), To: at.PlusDays(Around)))
            .ToList();
        var named = (instants.Count == 0 ? names : names.Concat(times.MovedFrom)).Select(LocalTimeText.Parse).OfType<LocalDateTime>();
        foreach (var occurrence in times.In([.. around, .. named.Select(at => (at, at))]))
            _byName[occurrence.Name] = occurrence;
        _byInstant = _byName.Values.OrderBy(occurrence => occurrence.Nominal).ToLookup(occurrence => occurrence.Instant);
    }

    /// <summary>The one of a name that was asked for; null where there is none, or it is skipped.</summary>
    public Occurrence? Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether a name that was asked for is one of the series, skipped or not.</summary>
    public bool Knows(string name) => _byName.ContainsKey(name) || _times.IsSkipped(name);

    /// <summary>Those that take place at an instant that was asked for.</summary>
    public IEnumerable<Occurrence> At(DateTimeOffset instant) => _byInstant[instant];

    /// <summary>
    /// The instants of e-mails that do not take place when the occurrence does that they are named after: a rule before has named them, and
    /// they have the place of whatever occurs then.
    /// </summary>
    public IReadOnlySet<DateTimeOffset> Elsewhere(IEnumerable<(string Name, DateTimeOffset At)> emails) =>
        emails.Where(email => Named(email.Name)?.Instant != email.At).Select(email => email.At).ToHashSet();
}
