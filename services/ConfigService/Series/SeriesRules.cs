using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Series;

/// <summary>What the times of a series must be, seen from now. Pure.</summary>
internal static class SeriesRules
{
    /// <summary>Refuses what would move an occurrence into the past, and what no person means.</summary>
    /// <param name="change">What a save changes about the series.</param>
    /// <param name="recurrence">When it occurs.</param>
    /// <param name="pointer">Its item.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="errors">Collects what is wrong.</param>
    internal static void Check(SeriesChange change, Recurrence recurrence, string pointer, DateTimeOffset now, Errors errors)
    {
        // One that is overdue, and stays so, is only to say something else.
        foreach (var (_, to) in change.Moved.Concat(change.Superseded.Where(each => each.To.Instant != each.Email.ScheduledDatetime))
            .Where(each => each.To.Instant < now - NewEmail.MaxOverdue))
        {
            errors.Add($"{pointer}/recurrence/move/{to.Name}", "is more than an hour ago", ProblemCodes.ScheduledInThePast);
        }

        // Those that are far from being made, too.
        foreach (var (name, _) in recurrence.Move.Where(move => IsTooFarAhead(move.Value, now)))
            errors.Add($"{pointer}/recurrence/move/{name}", FarAhead.Sentence, ProblemCodes.ScheduledTooFarAhead);
        if (change.Superseded.Select(each => each.To).Concat(change.TopUp.New)
            .Any(to => !recurrence.Move.ContainsKey(to.Name) && FarAhead.Is(to.Instant, now)))
        {
            errors.Add(
                $"{pointer}/recurrence", "has an occurrence more than a hundred years ahead", ProblemCodes.ScheduledTooFarAhead);
        }
    }

    // Whatever its zone, it is within a day.
    private static bool IsTooFarAhead(string local, DateTimeOffset now) =>
        LocalTimeText.Parse(local) is { } time
        && FarAhead.Is(new DateTimeOffset(time.ToDateTimeUnspecified(), TimeSpan.Zero), now.AddDays(1));
}
