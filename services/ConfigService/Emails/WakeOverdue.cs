using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Wakes all that is due and unclaimed, the oldest first, batch by batch.</summary>
internal sealed class WakeOverdue(Unit unit, Outbox outbox)
{
    private const int BatchSize = 1000;

    // Nothing is woken twice within a second: so the loop ends, and a caller in a loop does not flood the queue.
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    /// <summary>Returns how many were woken.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        var woken = BatchSize;
        while (woken == BatchSize)
        {
            woken = await unit.RunAsync(async work =>
            {
                var ids = await Transitions.OverdueAsync(work.Connection, TimeSpan.Zero, _again, BatchSize, cancellationToken);
                await outbox.WakeAsync(work.Connection, ids.Select(id => (id, DateTimeOffset.UnixEpoch)), cancellationToken);
                return ids.Count;
            }, cancellationToken);
            all += woken;
        }

        return all;
    }
}
