using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Recurrences;

/// <summary>
/// What a series leaves out and moves. A time that the rule does not yield is a mistake: it would be skipped or moved in vain.
/// </summary>
internal static class RecurrenceExceptions
{
    /// <summary>Reads <c>skip</c> and <c>move</c>. What is wrong goes to the errors.</summary>
    internal static (List<(string Name, string Pointer)> Skip, List<(string Name, string To, string Pointer)> Move) Read(
        ObjectReader fields)
    {
        var (skip, move) = (new List<(string Name, string Pointer)>(), new List<(string, string, string)>());
        var (skipped, moved) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        // Beyond the most nothing is read: it is refused anyway.
        foreach (var (element, pointer) in fields.Items("skip").TakeWhile(_ => skip.Count <= Recurrence.MaxExceptions))
        {
            if (JsonText.TryString(element, pointer, fields.Errors, out var text) && IsLocal(text, pointer, fields.Errors))
            {
                skip.Add((text, pointer));
                skipped.Add(text);
            }
        }

        foreach (var (name, value, pointer) in fields.Map("move").TakeWhile(_ => move.Count <= Recurrence.MaxExceptions))
        {
            if (!IsLocal(name, pointer, fields.Errors) || !IsLocal(value, pointer, fields.Errors))
                continue;
            if (!moved.Add(name))
            {
                fields.Errors.Add(pointer, "is given more than once", ProblemCodes.DuplicateField);
                continue;
            }

            if (skipped.Contains(name))
                fields.Errors.Add(pointer, "is skipped too: do one of the two", ProblemCodes.ConflictingFields);
            move.Add((name, value, pointer));
        }

        foreach (var (field, count) in (ReadOnlySpan<(string, int)>)[("skip", skip.Count), ("move", move.Count)])
        {
            if (count > Recurrence.MaxExceptions)
                fields.Errors.Add(fields.Pointer(field), $"has more than {Recurrence.MaxExceptions} times");
        }

        return (skip, move);
    }

    /// <summary>Refuses a series that never occurs, and exceptions that are none.</summary>
    internal static void Check(
        Recurrence recurrence, RecurrenceRule rule, List<(string Name, string Pointer)> exceptions, TimeZones zones, ObjectReader fields)
    {
        // The rest would be looked for in vain, and take its time.
        if (fields.Errors.Any && exceptions.Count > Recurrence.MaxExceptions)
            return;
        if (!new Occurrences(recurrence, zones, sendWithin: null).From(recurrence.Start).Any())
        {
            fields.Errors.Add(
                fields.Pointer("rrule"),
                "yields nothing from start_local on: nothing within a hundred years, nothing before UNTIL, or all of it is skipped",
                ProblemCodes.RecurrenceNeverOccurs);
            return;
        }

        foreach (var (_, pointer) in InVain(recurrence.Start, rule, exceptions))
        {
            fields.Errors.Add(
                pointer, "is not a time that the rule yields: name it as the rule does, before it is moved",
                ProblemCodes.InvalidRecurrence);
        }
    }

    private static IEnumerable<(string Name, string Pointer)> InVain(
        LocalDateTime start, RecurrenceRule rule, List<(string Name, string Pointer)> exceptions)
    {
        if (exceptions.Count == 0)
            return [];
        if (rule.Count is null)
        {
            return exceptions.Where(each => LocalTimeText.Parse(each.Name)!.Value is var time
                && RecurrenceExpansion.Times(rule, start, time).FirstOrDefault() != time);
        }

        // What is counted is counted from the start, once for all of them.
        var last = exceptions.Max(each => LocalTimeText.Parse(each.Name)!.Value);
        var yielded = RecurrenceExpansion.Times(rule, start, start).TakeWhile(time => time <= last).ToHashSet();
        return exceptions.Where(each => !yielded.Contains(LocalTimeText.Parse(each.Name)!.Value));
    }

    private static bool IsLocal(string text, string pointer, Errors errors)
    {
        if (LocalTimeText.Parse(text) is { Year: >= 1 and < 9999 })
            return true;
        errors.Add(pointer, MoreFields.NoLocalTime(text));
        return false;
    }
}
