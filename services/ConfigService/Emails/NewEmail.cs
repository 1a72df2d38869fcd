using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Makes the documents of a new e-mail. Pure, but for the trace that it happens in.</summary>
internal static class NewEmail
{
    private static readonly TimeSpan _worthSending = TimeSpan.FromHours(72);
    private static readonly DateTimeOffset _endOfCalendar = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    /// <summary>How late an e-mail may be handed over to be scheduled for now; more is refused as a mistake.</summary>
    internal static readonly TimeSpan MaxOverdue = TimeSpan.FromHours(1);

    /// <summary>Where it comes from.</summary>
    internal sealed record Origin(string Source, string By, string Detail, long? Revision = null);

    internal static (ScheduledEmail Email, EmailBody Body) Create(
        string clientId, string? key, EmailInput input, Origin origin, DateTimeOffset now)
    {
        var body = EmailBody.Create(clientId, input, input.RenderedFrom);
        var due = input.ScheduledDatetime ?? WholeMilliseconds(now);
        var email = new ScheduledEmail(input)
        {
            Id = Guid.CreateVersion7(),
            ClientId = clientId,
            Key = key,
            Source = origin.Source,
            Revision = origin.Revision,
            BodyId = body.Id,
            MessageBytes = MessageSize.AtMost(input),
            Template = input.RenderedFrom?.Ref,
            Local = input.Local?.Clock,
            Tzdb = input.Local?.Tzdb,
            ScheduledDatetime = due,
            DueAt = due,
            SendBefore = input.SendBefore ?? SendBefore(due),
            SendBeforeSet = input.SendBefore is not null,
            CreatedAt = now,
            Traceparent = Tracing.Parent,
            Timeline = [TimelineEntry.Now(now, "scheduled", origin.Detail, origin.By)],
        };
        return (email, body);
    }

    /// <summary>
    /// An e-mail that sends another one again, due now. It says the same, so that its body is the other's; a remainder goes to its own
    /// recipients again, and names whom it named.
    /// </summary>
    internal static ScheduledEmail Again(ScheduledEmail old, string by, string detail, DateTimeOffset now)
    {
        var due = WholeMilliseconds(now);
        return new ScheduledEmail((EmailFields)old)
        {
            Id = Guid.CreateVersion7(),
            ClientId = old.ClientId,
            Source = EmailSource.OneOff,
            BodyId = old.BodyId,
            MessageBytes = old.MessageBytes,
            Template = old.Template,
            ResendOf = old.Id,
            Named = old.Named,
            ScheduledDatetime = due,
            DueAt = due,
            SendBefore = SendBefore(due),
            CreatedAt = now,
            Traceparent = Tracing.Parent,
            Timeline = [TimelineEntry.Now(now, "scheduled", detail, by)],
        };
    }

    /// <summary>When an e-mail is no longer worth sending, where its caller did not say: 72 hours after it was due.</summary>
    internal static DateTimeOffset SendBefore(DateTimeOffset due) =>
        due > _endOfCalendar - _worthSending ? _endOfCalendar : due + _worthSending;

    /// <summary>Answers show milliseconds; a due time of now is cut to them, since it has passed either way.</summary>
    internal static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
