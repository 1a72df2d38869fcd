using System.Text.Json.Serialization;
using NodaTime;

namespace Mail.Store;

/// <summary>When a series occurs, as it was saved. Valid: its rule can be read, its times too, and its zone was known.</summary>
/// <param name="Rrule">A rule of RFC 5545, section 3.3.10, on local times.</param>
/// <param name="StartLocal">Where the rule starts.</param>
/// <param name="TimeZone">The IANA name of the zone, as it was written.</param>
/// <param name="IfSkipped">What is done where a clock change leaves an occurrence out.</param>
/// <param name="IfRepeated">Which instant is meant where an occurrence comes twice.</param>
public sealed record Recurrence(
    string Rrule, string StartLocal, string TimeZone, [property: IfSkipped] string IfSkipped, [property: IfRepeated] string IfRepeated)
{
    /// <summary>The most exceptions of one kind.</summary>
    public const int MaxExceptions = 1000;

    /// <summary>Local times that the rule yields and that are left out, in order.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Local times that the rule yields, each with the one in its place, in order.</summary>
    [RecurrenceMoves]
    public IReadOnlyDictionary<string, string> Move { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The rule, read.</summary>
    [JsonIgnore]
    public RecurrenceRule Rule => RecurrenceRuleParser.Parse(Rrule, out var refusal) ?? throw new FormatException($"The rule {refusal}.");

    /// <summary>The start, read.</summary>
    [JsonIgnore]
    public LocalDateTime Start => LocalTimeText.Parse(StartLocal)!.Value;

    /// <summary>Whether two say the same but for what is skipped and moved: names of one zone are one zone.</summary>
    public static bool HaveSameRule(Recurrence one, Recurrence other, TimeZones zones) =>
        string.Equals(one.Rrule, other.Rrule, StringComparison.OrdinalIgnoreCase) && one.StartLocal == other.StartLocal
        && one.IfSkipped == other.IfSkipped && one.IfRepeated == other.IfRepeated && zones.AreSame(one.TimeZone, other.TimeZone);

    /// <summary>Whether two say the same.</summary>
    public static bool AreSame(Recurrence one, Recurrence other, TimeZones zones) =>
        HaveSameRule(one, other, zones) && one.Skip.SequenceEqual(other.Skip, StringComparer.Ordinal)
        && one.Move.OrderBy(move => move.Key, StringComparer.Ordinal)
            .SequenceEqual(other.Move.OrderBy(move => move.Key, StringComparer.Ordinal));
}

/// <summary>A field that says which occurrences are moved.</summary>
public sealed class RecurrenceMovesAttribute : HoldsAttribute
{
    public RecurrenceMovesAttribute()
        : base(
            "Local times that a rule yields, each with the one in its place.", "A local time, for example `2027-01-05T09:00:00`.") =>
        MaxCount = Recurrence.MaxExceptions;
}
