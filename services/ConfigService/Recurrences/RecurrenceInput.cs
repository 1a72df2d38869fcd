using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Recurrences;

/// <summary>When a series occurs: a rule of RFC 5545 on the clocks of a place.</summary>
internal sealed record RecurrenceInput
{
    /// <summary>The most occurrences of a day.</summary>
    internal const int MaxOfDay = 24;

    /// <summary>The first year that a series may start in.</summary>
    internal const int FirstYear = 1970;

    private static readonly string[] _fields = ["rrule", "start_local", "time_zone", "skip", "move", "if_skipped", "if_repeated"];

    /// <summary>What it may be refused with.</summary>
    internal static ProblemCode[] Refusals =>
    [
        ProblemCodes.InvalidRecurrence, ProblemCodes.RecurrenceNeverOccurs, ProblemCodes.RecurrenceTooFrequent,
        ProblemCodes.UnknownTimeZone, ProblemCodes.TimeZonesOutdated, ProblemCodes.ConflictingFields,
    ];

    /// <summary>
    /// A rule of RFC 5545, section 3.3.10, with <c>FREQ</c> <c>DAILY</c>, <c>WEEKLY</c>, <c>MONTHLY</c> or <c>YEARLY</c>, and
    /// <c>COUNT</c> or <c>UNTIL</c> (local), not both. At most 24 occurrences a day.
    /// </summary>
    [Required, StringLength(RecurrenceRuleParser.MaxLength, MinimumLength = 1)]
    public string Rrule { get; init; } = "";

    /// <summary>Where the rule starts, in <c>time_zone</c>. It is an occurrence only where the rule yields it.</summary>
    [Required, RegularExpression(LocalPattern)]
    public string StartLocal { get; init; } = "";

    /// <summary>The zone, by a name of the IANA database.</summary>
    [Required]
    public string TimeZone { get; init; } = "";

    /// <summary>Local times that the rule yields and that are left out.</summary>
    [MaxLength(Recurrence.MaxExceptions)]
    public IReadOnlyList<string>? Skip { get; init; }

    /// <summary>Local times that the rule yields, each with the local time in its place.</summary>
    [RecurrenceMoves]
    public IReadOnlyDictionary<string, string>? Move { get; init; }

    /// <summary>What to do where a clock change leaves an occurrence out; <c>after</c> where left out.</summary>
    [IfSkipped]
    public string? IfSkipped { get; init; }

    /// <summary>Which instant is meant where an occurrence comes twice; <c>first</c> where left out.</summary>
    [IfRepeated]
    public string? IfRepeated { get; init; }

    private const string LocalPattern = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$";

    /// <summary>What was read; null where that is wrong, which is then in the errors.</summary>
    internal Recurrence? Valid { get; private init; }

    /// <summary>The zone.</summary>
    internal DateTimeZone Zone { get; private init; } = DateTimeZone.Utc;

    /// <summary>Reads the field; null where it is left out.</summary>
    internal static RecurrenceInput? Read(ObjectReader reader, TimeZones zones)
    {
        if (reader.Value("recurrence") is not { } element)
            return null;
        var fields = new ObjectReader(element, reader.Pointer("recurrence"), reader.Errors, _fields);
        var text = fields.Text("rrule", RecurrenceRuleParser.MaxLength * 10, required: fields.IsObject);
        var start = fields.LocalTime("start_local", required: fields.IsObject);
        var name = fields.Text("time_zone", most: 64, required: fields.IsObject);
        var zone = name is null ? null : zones.Find(name);
        if (name is not null && zone is null)
        {
            fields.Errors.Add(
                fields.Pointer("time_zone"), $"is no time zone of the IANA database ({zones.Version}), for example Europe/Berlin",
                ProblemCodes.UnknownTimeZone);
        }

        var ifSkipped = fields.Word("if_skipped", Store.IfSkipped.OfSeries) ?? Store.IfSkipped.After;
        var ifRepeated = fields.Word("if_repeated", Store.IfRepeated.All) ?? Store.IfRepeated.First;
        var rule = text is null ? null : RuleOf(text, fields);
        var (skip, move) = RecurrenceExceptions.Read(fields);
        if (start is { } at && at.Year is < FirstYear or > 9000)
        {
            fields.Errors.Add(
                fields.Pointer("start_local"), $"must not be before the year {FirstYear}, nor in one that nobody means",
                ProblemCodes.InvalidRecurrence);
            start = null;
        }

        if (rule is null || start is null || zone is null)
            return new RecurrenceInput();
        var recurrence = new Recurrence(text!, LocalTimeText.Format(start.Value), name!, ifSkipped, ifRepeated)
        {
            Skip = [.. skip.Select(each => each.Name).Order(StringComparer.Ordinal)],
            Move = move.OrderBy(each => each.Name, StringComparer.Ordinal)
                .ToDictionary(each => each.Name, each => each.To, StringComparer.Ordinal),
        };
        var read = new RecurrenceInput { Valid = recurrence, Zone = zone };
        RecurrenceExceptions.Check(recurrence, rule, [.. skip, .. move.Select(each => (each.Name, each.Pointer))], zones, fields);
        return read;
    }

    private static RecurrenceRule? RuleOf(string text, ObjectReader fields)
    {
        var rule = RecurrenceRuleParser.Parse(text, out var refusal);
        if (rule is null)
            fields.Errors.Add(fields.Pointer("rrule"), refusal!, ProblemCodes.InvalidRecurrence);
        else if (rule.TimesOfDay > MaxOfDay)
        {
            fields.Errors.Add(
                fields.Pointer("rrule"), $"names {rule.TimesOfDay} times of a day: the most is {MaxOfDay}",
                ProblemCodes.RecurrenceTooFrequent);
            return null;
        }

        return rule;
    }
}
