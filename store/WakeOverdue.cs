using Npgsql;

namespace Mail.Store;

/// <summary>
/// Wakes e-mails whose wake-up came to nothing: lost with the broker, or spent while nothing might be claimed. A wake-up too
/// many claims nothing; but a backlog is not multiplied, so none is sent while the senders' queue holds one.
/// </summary>
public sealed class WakeOverdue(NpgsqlDataSource dataSource, Outbox outbox)
{
    /// <summary>The most that one pass wakes.</summary>
    public const int BatchSize = 1000;

    /// <summary>How long ago an e-mail must have been woken last, where its wake-up may still be on its way.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    /// <summary>The same, where it is known to have been lost: only so that a loop over all that is overdue ends.</summary>
    public static readonly TimeSpan Lost = TimeSpan.FromSeconds(1);

    /// <summary>Wakes all that is due and unclaimed, the oldest first, batch by batch, until there is a backlog. Returns how many.</summary>
    /// <param name="again"><see cref="Again"/> or <see cref="Lost"/>.</param>
    /// <param name="cancellationToken">Abandons the rest.</param>
    public async Task<int> RunAsync(TimeSpan again, CancellationToken cancellationToken)
    {
        var all = 0;
        var woken = BatchSize;
        while (woken == BatchSize)
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            woken = await RunOnceAsync(connection, TimeSpan.Zero, again, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            all += woken;
        }

        return all;
    }

    /// <summary>One batch, in the caller's transaction: the mark and the wake-up, or neither. Returns how many.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="grace">How overdue they must be: the first wake-up may still be on its way.</param>
    /// <param name="again"><see cref="Again"/> or <see cref="Lost"/>.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<int> RunOnceAsync(NpgsqlConnection connection, TimeSpan grace, TimeSpan again, CancellationToken cancellationToken)
    {
        var overdue = await Transitions.OverdueAsync(connection, grace, again, BatchSize, cancellationToken);
        await outbox.WakeNowAsync(connection, overdue, cancellationToken);
        return overdue.Count;
    }
}
