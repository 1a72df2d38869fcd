using Npgsql;

namespace Mail.Store;

/// <summary>
/// Wakes e-mails whose wake-up came to nothing: lost with the broker, or spent while nothing might be claimed. A wake-up too
/// many claims nothing; but a backlog is not multiplied, so none is sent while the senders' queue holds one.
/// </summary>
public sealed class WakeOverdue(Outbox outbox)
{
    /// <summary>The most that one pass wakes.</summary>
    public const int BatchSize = 1000;

    /// <summary>How long ago an e-mail must have been woken last, where its wake-up may still be on its way.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    /// <summary>The same, where it is known to have been lost: only so that a loop over all that is overdue ends.</summary>
    public static readonly TimeSpan Lost = TimeSpan.FromSeconds(1);

    /// <summary>One batch, in the caller's transaction: the mark and the wake-up, or neither. Returns how many.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="grace">How overdue they must be: the first wake-up may still be on its way.</param>
    /// <param name="again"><see cref="Again"/> or <see cref="Lost"/>.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<int> RunOnceAsync(NpgsqlConnection connection, TimeSpan grace, TimeSpan again, CancellationToken cancellationToken)
    {
        var overdue = await EmailSweep.OverdueAsync(connection, grace, again, BatchSize, cancellationToken);
        await outbox.WakeNowAsync(connection, overdue, cancellationToken);
        return overdue.Count;
    }

    /// <summary>
    /// The same, for a person or a cron job that asks for all of it: what was woken before is woken again, unless its wake-up is
    /// known to wait for a sender.
    /// </summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="started">When the first batch began, by the database's clock.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<int> RunAnywayAsync(NpgsqlConnection connection, DateTimeOffset started, CancellationToken cancellationToken)
    {
        await Planning.PlanForAsync(connection, BatchSize, cancellationToken);
        var overdue = await EmailSweep.OverdueAnywayAsync(connection, started, EmailStates.StaysWoken, BatchSize, cancellationToken);
        await outbox.WakeNowAsync(connection, overdue, cancellationToken);
        return overdue.Count;
    }
}
