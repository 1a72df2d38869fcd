using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Emails;

/// <summary>What a new e-mail's times must be, seen from now.</summary>
internal static class TimeRules
{
    internal const string TooFarAhead = "is more than a hundred years ahead";

    internal static void Check(EmailInput input, string pointer, DateTimeOffset now, Errors errors)
    {
        if (input.ScheduledDatetime < now - NewEmail.MaxOverdue)
            errors.Add(input.TimePointer, "is more than an hour ago", ProblemCodes.ScheduledInThePast);
        else if (IsTooFarAhead(input.ScheduledDatetime, now))
            errors.Add(input.TimePointer, TooFarAhead, ProblemCodes.ScheduledTooFarAhead);
        else if (input.SendBefore <= now)
            errors.Add($"{pointer}/send_before", "has passed");
        else if (IsTooFarAhead(input.SendBefore, now))
            errors.Add($"{pointer}/send_before", TooFarAhead, ProblemCodes.ScheduledTooFarAhead);
    }

    /// <summary>Whether calculations with it could leave the calendar, and no person means it.</summary>
    internal static bool IsTooFarAhead(DateTimeOffset? time, DateTimeOffset now) => time > now.AddYears(100);
}
