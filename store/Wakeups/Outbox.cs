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
    private static readonly TimeSpan _together = TimeSpan.FromMinutes(5);

    /// <summary>Tells SchedulerService of a saved config.</summary>
    public Task PublishAsync(
        NpgsqlConnection connection, EmailConfigSaved saved, DateTimeOffset now, CancellationToken cancellationToken) =>
        timers.ScheduleAsync(
            connection, [MessageEnvelope.Seal(saved, Addresses.EmailConfigSaved, now, Guid.CreateVersion7())], cancellationToken);

    /// <summary>
    /// Tells SchedulerService when series are to be gone on with. Times of the same five minutes share a timer. Each timer is a new one, so
    /// that nobody waits for a row that a dispatcher holds.
    /// </summary>
    public Task TopUpAsync(NpgsqlConnection connection, IEnumerable<DateTimeOffset> times, CancellationToken cancellationToken) =>
        timers.ScheduleAsync(
            connection,
            [
                .. times.GroupBy(time => time.UtcTicks / _together.Ticks).Select(group => group.Max())
                    .Select(due => MessageEnvelope.Seal(new TopUpSeries { Due = due }, Addresses.TopUpSeries, due, Guid.CreateVersion7())),
            ],
            cancellationToken);

    /// <summary>Wakes e-mails at once.</summary>
    public Task WakeNowAsync(NpgsqlConnection connection, IEnumerable<Guid> emailIds, CancellationToken cancellationToken) =>
        WakeAsync(connection, emailIds.Select(id => (id, DateTimeOffset.UnixEpoch)), cancellationToken);

    /// <summary>
    /// Wakes e-mails at another time than before. The timers of their last moves are withdrawn, so that timers do not pile up however often
    /// they are moved; unless a dispatcher has one in hand, which is not waited for.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="moved">
    /// The e-mails as they were moved. Each has a timer of its own, under the new token that its move named: one that it shared with others
    /// would be withdrawn with it.
    /// </param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task WakeAgainAsync(
        NpgsqlConnection connection, IReadOnlyCollection<ScheduledEmail> moved, CancellationToken cancellationToken)
    {
        await timers.ScheduleAsync(
            connection, [.. moved.Select(email => Wakeup.Fresh(email.DueAt, [email.Id], email.Wakeup))], cancellationToken);
        Guid[] before = [.. moved.Select(email => email.WakeupBefore).OfType<Guid>()];
        if (before.Length > 0)
            await timers.WithdrawAsync(connection, before, cancellationToken);
    }

    /// <summary>Wakes e-mails at their due times.</summary>
    public Task WakeAsync(
        NpgsqlConnection connection, IEnumerable<(Guid EmailId, DateTimeOffset Due)> emails, CancellationToken cancellationToken) =>
        timers.ScheduleAsync(
            connection, [.. Wakeup.Together(emails).Select(wake => Wakeup.Fresh(wake.Due, wake.EmailIds))], cancellationToken);
}
