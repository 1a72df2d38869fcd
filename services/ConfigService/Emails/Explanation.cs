using System.Globalization;
using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// Why an e-mail stands where it stands, in a sentence or two, for the person who asks "why did it not arrive?". Pure.
/// </summary>
internal static class Explanation
{
    internal static string Explain(ScheduledEmail email, SendingConditions conditions) => email.Status switch
    {
        EmailStatus.Pending => Pending(email, conditions),
        EmailStatus.Sending => $"{By(email, "sending", "A sender")} is handing it over to the server right now.",
        EmailStatus.Sent => Sent(email),
        EmailStatus.Failed => Failed(email),
        EmailStatus.Unknown =>
            $"{Doubt(email)} The server may or may not have it, so it is not sent again by itself: ask the recipient, and resend it if it "
            + "did not arrive.",
        EmailStatus.Cancelled => Cancelled(email),
        EmailStatus.Expired =>
            $"It was not handed over by {Time(email.SendBefore)}, after which it was no longer worth sending. {Untried(email)}; the "
            + "server does not have it.",
        _ => $"It is {email.Status}.",
    };

    private static string Pending(ScheduledEmail email, SendingConditions conditions)
    {
        var blocked = conditions.Blocked ?? TooLarge(email, conditions);
        if (conditions.HoldOf(email.ClientId) is { } hold)
        {
            var whose = hold.Id == Hold.Everything ? "All sending" : "Sending for this client";
            return $"{When(email, conditions.Now)}. {whose} is held back since {Time(hold.Since)} by "
                + $"{hold.By}{(hold.Reason is null ? "" : $": {hold.Reason.TrimEnd('.')}")}. It goes out after the release.";
        }

        if (EmailSummary.WasTried(email) && email.DueAt > conditions.Now)
        {
            return $"{LastAttempt(email)}: {email.LastError?.Reply}; next at "
                + $"{Time(email.DueAt)}.{Hint(email)}{(blocked is null ? Queue(email, conditions) : $" At the moment {blocked}.")}";
        }

        if (email.DueAt > conditions.Now)
        {
            return blocked is null
                ? $"{When(email, conditions.Now)}.{Queue(email, conditions)}"
                : $"{When(email, conditions.Now)}, but it could not be sent now: {blocked}.";
        }

        return Queue(email, conditions) is { Length: > 0 } queue
            ? $"{When(email, conditions.Now)}.{queue}"
            : $"{When(email, conditions.Now)}: {blocked ?? "a sender is about to take it"}.";
    }

    private static string? TooLarge(ScheduledEmail email, SendingConditions conditions) => conditions.TooLargeFor(email) is { } most
        ? $"its message has up to {MessageSize.Describe(email.MessageBytes!.Value)}, and the server takes {MessageSize.Describe(most)} at "
            + "the most. Make it smaller, or link to what is large"
        : null;

    // Why it will be late, where other e-mails are before it and the senders' pace does not let them all go at once.
    private static string Queue(ScheduledEmail email, SendingConditions conditions)
    {
        if (conditions.Schedule is not { } schedule || conditions.Blocked is not null || conditions.TooLargeFor(email) is not null)
            return "";
        if (email.SendBefore <= conditions.Now)
            return " It expires first.";
        var pace = string.Create(
            CultureInfo.InvariantCulture, $" The e-mails before it are sent at {schedule.PerSecond * 3600:#,0.#} an hour");
        if (conditions.ExpectedAt(email) is not { } expected)
            return $"{pace}, so its turn comes after {Time(email.SendBefore)}, and it expires first.";
        var later = expected - (email.DueAt > conditions.Now ? email.DueAt : conditions.Now);
        return later > ForecastView.Punctual ? $"{pace}, so it is expected to go at {Time(expected)}." : "";
    }

    private static string Sent(ScheduledEmail email)
    {
        var lateness = Span(email.SentAt!.Value - email.ScheduledDatetime);
        var refused = email.LastError is null ? "" : $" Some recipients were refused: {email.LastError.Reply}.";
        var rest = email.Remainder is null ? "" : $" The server put some recipients off; they get it as {email.Remainder}.";
        return $"Sent {lateness} after it was due; the server answered {email.SmtpReply}.{refused}{rest}";
    }

    private static string LastAttempt(ScheduledEmail email) =>
        email.Attempts > 0
            ? $"Attempt {email.Attempts} failed"
            : $"The server put these recipients off when it took {email.RemainderOf} for the others";

    private static string Failed(ScheduledEmail email)
    {
        var error = email.LastError;
        if (error is null)
            return "The last attempt failed; the server does not have it.";
        if (email is { Attempts: 0, RemainderOf: { } of })
        {
            return $"The server put these recipients off when it took {of} for the others: {error.Reply}. It was not tried again by "
                + $"{Time(email.SendBefore)}, and they do not get it.";
        }

        var why = error.Permanent
            ? $"The server refused it for good at {error.Stage}: {error.Reply}."
            : $"It was tried {Times(email.Attempts)} until {Time(email.SendBefore)}; the last attempt failed at {error.Stage}: "
                + $"{error.Reply}.";
        return $"{why}{Hint(email)} The server does not have it{(email.RemainderOf is null ? "" : " for these recipients")}.";
    }

    // What the server refuses of every e-mail counts as no attempt of the one that it was said to.
    private static string Untried(ScheduledEmail email) => email.LastError is { } error
        ? $"The server refused the sender at {error.Stage}: {error.Reply ?? error.Hint}"
        : "No attempt was made";

    private static string Cancelled(ScheduledEmail email) => email.Reason switch
    {
        CancelReason.Superseded => $"A config save replaced it with {email.SupersededBy} before it was sent. The server does not have it.",
        CancelReason.Removed => "A config save left it out, or the config was deleted, before it was sent. The server does not have it.",
        _ => "It was cancelled before it was sent. The server does not have it.",
    };

    private static string Doubt(ScheduledEmail email) =>
        email.Timeline.LastOrDefault(entry => entry.Event == "unknown")?.Detail is EmailSweep.SenderDied
            ? $"In doubt: {EmailSweep.SenderDied}."
            : "The conversation broke after the final dot.";

    private static string When(ScheduledEmail email, DateTimeOffset now) =>
        email.DueAt > now ? $"Due in {Span(email.DueAt - now)}" : $"Overdue by {Span(now - email.DueAt)}";

    private static string By(ScheduledEmail email, string @event, string otherwise) =>
        email.Timeline.LastOrDefault(entry => entry.Event == @event)?.By ?? otherwise;

    private static string Hint(ScheduledEmail email) => email.LastError?.Hint is { } hint ? $" {hint}" : "";

    private static string Times(int attempts) => attempts == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{attempts} times");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A length of time in its largest unit, cut down to a whole number.</summary>
    internal static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (long)span.TotalMilliseconds)} ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalSeconds} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays} days"),
    };
}
