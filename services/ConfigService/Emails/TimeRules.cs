using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Emails;

/// <summary>What a new e-mail's times must be, seen from now.</summary>
internal static class TimeRules
{
    internal static void Check(EmailInput input, string pointer, DateTimeOffset now, Errors errors)
    {
        if (input.ScheduledDatetime < now - NewEmail.MostOverdue)
            errors.Add($"{pointer}/scheduled_datetime", "is more than an hour ago", "scheduled_in_the_past");
        else if (input.SendBefore <= now)
            errors.Add($"{pointer}/send_before", "has passed");
    }
}
