using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Emails;

/// <summary>What a new e-mail's times must be, seen from now.</summary>
internal static class TimeRules
{
    internal static void Check(EmailInput input, string pointer, DateTimeOffset now, Errors errors)
    {
        if (input.ScheduledDatetime < now - NewEmail.MaxOverdue)
            errors.Add(input.TimePointer, "is more than an hour ago", ProblemCodes.ScheduledInThePast);
        else if (FarAhead.Is(input.ScheduledDatetime, now))
            errors.Add(input.TimePointer, FarAhead.Sentence, ProblemCodes.ScheduledTooFarAhead);
        else if (input.SendBefore <= now)
            errors.Add($"{pointer}/send_before", "has passed");
        else if (FarAhead.Is(input.SendBefore, now))
            errors.Add($"{pointer}/send_before", FarAhead.Sentence, ProblemCodes.ScheduledTooFarAhead);
    }
}
