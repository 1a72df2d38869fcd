namespace Mail.ConfigService.Problems;

/// <summary>Those of times, time zones and series.</summary>
internal static partial class ProblemCodes
{
    internal static readonly ProblemCode UnknownTimeZone = new(
        "unknown_time_zone", 422, "A time zone has no name of the IANA database.",
        """{"errors":{"/time_zone":["is no time zone of the IANA database (2026a), for example Europe/Berlin"]}}""");
    internal static readonly ProblemCode LocalTimeSkipped = new(
        "local_time_skipped", 422, "A clock change leaves a local time out; errors names the times beside it.",
        """{"errors":{"/scheduled_local":["is left out: the times beside it are 2027-03-28T01:30:00 and 2027-03-28T03:30:00"]}}""");
    internal static readonly ProblemCode InvalidRecurrence = new(
        "invalid_recurrence", 422, "A recurrence is none that RFC 5545 allows, or names times that its rule does not yield.",
        """{"errors":{"/recurrence/rrule":["has both COUNT and UNTIL: give one of them"]}}""");
    internal static readonly ProblemCode RecurrenceNeverOccurs = new(
        "recurrence_never_occurs", 422, "A recurrence yields nothing within a hundred years.",
        """{"errors":{"/recurrence/rrule":["yields nothing from start_local on"]}}""");
    internal static readonly ProblemCode RecurrenceTooFrequent = new(
        "recurrence_too_frequent", 422, "A recurrence names more than 24 times of a day.",
        """{"errors":{"/recurrence/rrule":["names 48 times of a day: the most is 24"]}}""");
    internal static readonly ProblemCode TimeZonesOutdated = new(
        "time_zones_outdated", 503,
        "This instance has older time zone data than another one has used, and resolves no local times: try again, or update it.");
    internal static readonly ProblemCode TimeWithoutOffset = new(
        "time_without_offset", 422, "A time does not say which time zone is meant.",
        """{"errors":{"/scheduled_datetime":["has no offset: say which time zone is meant, for example 2026-12-01T09:00:00+01:00"]}}""");
    internal static readonly ProblemCode ScheduledInThePast = new(
        "scheduled_in_the_past", 422, "An e-mail is due more than an hour ago.",
        """{"errors":{"/scheduled_datetime":["is more than an hour ago"]}}""");
    internal static readonly ProblemCode ScheduledTooFarAhead = new(
        "scheduled_too_far_ahead", 422, "A time is more than a hundred years ahead.",
        """{"errors":{"/scheduled_datetime":["is more than a hundred years ahead"]}}""");
}
