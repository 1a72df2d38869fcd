using Mail.Contracts;
using Npgsql;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>
/// Messages committed with what they tell of: timers, in the caller's transaction. No event without a commit, no commit
/// without its event, and no need of the broker.
/// </summary>
public sealed class Outbox(TimerTable timers)
{
    /// <summary>Tells SchedulerService of a saved config.</summary>
    public Task PublishAsync(NpgsqlConnection connection, EmailConfigSaved saved, DateTimeOffset now, CancellationToken cancellationToken) =>
        timers.ScheduleAsync(connection, [Envelope.Seal(saved, Addresses.EmailConfigSaved, now, Guid.CreateVersion7())], cancellationToken);

    /// <summary>Wakes e-mails at once.</summary>
    public Task WakeNowAsync(NpgsqlConnection connection, IEnumerable<Guid> emailIds, CancellationToken cancellationToken) =>
        WakeAsync(connection, emailIds.Select(id => (id, DateTimeOffset.UnixEpoch)), cancellationToken);

    /// <summary>Wakes e-mails at their due times.</summary>
    public Task WakeAsync(NpgsqlConnection connection, IEnumerable<(Guid EmailId, DateTimeOffset Due)> emails, CancellationToken cancellationToken) =>
        timers.ScheduleAsync(connection, [.. Wakeup.Together(emails).Select(wake => Wakeup.Fresh(wake.Due, wake.EmailIds))], cancellationToken);
}
