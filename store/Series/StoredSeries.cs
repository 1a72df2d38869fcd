namespace Mail.Store;

/// <summary>A series of a config: when it occurs, and what an occurrence says.</summary>
/// <param name="Email">What an occurrence is made of; it has no id.</param>
/// <param name="Recurrence">When it occurs.</param>
/// <param name="SendWithinSeconds">For how long an occurrence is worth sending; null where the series does not say.</param>
public sealed record StoredSeries(ScheduledEmail Email, Recurrence Recurrence, int? SendWithinSeconds)
{
    /// <summary>Its times.</summary>
    public Occurrences Times(TimeZones zones) =>
        new(Recurrence, zones, SendWithinSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>The e-mail of an occurrence.</summary>
    /// <param name="occurrence">The occurrence.</param>
    /// <param name="tzdb">The version of the time zones that its instant follows by.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="by">The name of the instance.</param>
    public ScheduledEmail Make(Occurrence occurrence, string tzdb, DateTimeOffset now, string by) => Email with
    {
        Id = Guid.CreateVersion7(),
        Occurrence = occurrence.Name,
        Local = occurrence.Local,
        Tzdb = tzdb,
        ScheduledDatetime = occurrence.Instant,
        DueAt = occurrence.Instant,
        SendBefore = occurrence.SendBefore,
        SendBeforeSet = true,
        CreatedAt = now,
        Traceparent = Tracing.Parent,
        Timeline = [TimelineEntry.Now(now, "scheduled", $"series {Email.Key}, occurrence {occurrence.Name}", by)],
    };
}
