using Cronos;

namespace PostgresScheduler.Recurring;

/// <summary>When a recurring schedule is due: a cron expression on the wall clock of a time zone, until its end.</summary>
internal sealed class CronSchedule
{
    /// <summary>How late an occurrence is still sent whatever the misfire policy says: that of MassTransit.Quartz.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;
    private readonly DateTimeOffset? _end;

    private CronSchedule(CronExpression cron, TimeZoneInfo zone, DateTimeOffset? end) => (_cron, _zone, _end) = (cron, zone, end);

    /// <exception cref="ArgumentException">The expression is none, or the zone is not known here.</exception>
    internal static CronSchedule Parse(string cron, string timeZone, DateTimeOffset? end)
    {
        try
        {
            return new(CronDialect.Parse(cron), Zone(timeZone, TimeZoneInfo.Local), end);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"The cron expression '{cron}' makes no sense: {exception.Message}", nameof(cron), exception);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new ArgumentException($"The time zone '{timeZone}' is not known here.", nameof(timeZone), exception);
        }
    }

    /// <summary>
    /// The zone of an id. The scheduler's own goes by whatever id it has: that is "Local" where /etc/localtime is none of the zones that
    /// the system knows by name.
    /// </summary>
    internal static TimeZoneInfo Zone(string id, TimeZoneInfo local) => id == local.Id ? local : TimeZoneInfo.FindSystemTimeZoneById(id);

    /// <summary>The first occurrence at an instant or after it; null where there is none.</summary>
    internal DateTimeOffset? From(DateTimeOffset instant) => UntilTheEnd(_cron.GetNextOccurrence(instant, _zone, inclusive: true));

    /// <summary>
    /// The occurrence to send after another. Where the scheduler was away, what it missed in between is left out: the one that was planned
    /// stands for all of them, and is sent or not as the misfire policy says. Null where there is none.
    /// </summary>
    /// <param name="planned">The occurrence before it.</param>
    /// <param name="now">What counts as now.</param>
    internal DateTimeOffset? Next(DateTimeOffset planned, DateTimeOffset now)
    {
        var next = _cron.GetNextOccurrence(planned, _zone);
        return UntilTheEnd(now - next > Tolerance ? _cron.GetNextOccurrence(now, _zone) : next);
    }

    private DateTimeOffset? UntilTheEnd(DateTimeOffset? occurrence) => occurrence > _end ? null : occurrence;
}
