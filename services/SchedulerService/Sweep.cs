using System.Diagnostics.Metrics;
using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// Makes good what messages alone can't: wakes e-mails whose wake-up was lost, gives up the claims of dead senders, and
/// expires what is no longer worth sending; and erases what is not to be kept any longer. Any number of instances; one sweeps at a time.
/// </summary>
internal sealed class Sweep(NpgsqlDataSource dataSource, WakeOverdue wake, RetentionPolicy retention, OutcomeCounter outcomes, Instance instance, TimeProvider time, ILogger<Sweep> logger)
{
    /// <summary>How old a sender's heartbeat is when it has lost its claims.</summary>
    internal static readonly TimeSpan SenderExpiry = TimeSpan.FromSeconds(30);

    /// <summary>How often dead senders are looked for.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(1);

    private static readonly Counter<long> _swept = new Meter("Mail").CreateCounter<long>(
        "mail.sweep.emails", "{email}", "E-mails that the sweep saw to: woken anew, left unknown by a dead sender, expired, or erased");

    private bool _prepared;

    /// <summary>One pass. Returns how long to sleep: zero where a batch was full and there may be more.</summary>
    internal async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var tryLock = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtext('mail.sweep'))", connection))
        {
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true)
                return Pause;
        }

        var lost = await Transitions.LoseClaimsAsync(connection, SenderExpiry, instance.Name, cancellationToken);
        var expired = await Transitions.ExpireAsync(connection, now: null, instance.Name, cancellationToken);
        var woken = await wake.RunOnceAsync(connection, _grace, WakeOverdue.Again, cancellationToken);
        await Forgetting.RunOnceAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        outcomes.Count(EmailStatus.Unknown, time.GetUtcNow(), count: lost);
        foreach (var (status, count) in expired.CountBy(status => status, StringComparer.Ordinal))
            outcomes.Count(status, time.GetUtcNow(), count: count);
        if (lost + expired.Count + woken > 0)
            logger.Swept(woken, lost, expired.Count);
        var erased = await EraseAsync(connection, cancellationToken);
        foreach (var (action, count) in new[] { ("woken", woken), ("unknown", lost), ("expired", expired.Count), ("erased", erased) })
            _swept.Add(count, new KeyValuePair<string, object?>("action", action));
        return new[] { lost, expired.Count, woken, erased }.Contains(WakeOverdue.BatchSize) ? TimeSpan.Zero : Pause;
    }

    // In transactions of its own: it waits for whoever inserts e-mails, and those may wait for rows that the rest has locked.
    private async Task<int> EraseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (retention.Keep is not { } keep)
            return 0;
        if (!_prepared)
            await Retention.PrepareAsync(connection, cancellationToken);
        _prepared = true;
        var erased = await Retention.RunOnceAsync(connection, keep, now: null, instance.Name, cancellationToken);
        if (erased > 0)
            logger.Erased(erased);
        return erased;
    }
}
