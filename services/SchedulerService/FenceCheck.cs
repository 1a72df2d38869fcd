using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// Vouches for the database, once for each start of its server, or holds everything back; and counts on as long as it is
/// the same. Until someone vouches nothing is claimed: the claim's own statement asks. Any number of instances; one checks at a time.
/// </summary>
internal sealed class FenceCheck(NpgsqlDataSource dataSource, BrokerSide broker, Instance instance, ILogger<FenceCheck> logger)
{
    // What is claimed within it, just before a copy is taken of the running database, is what such a copy may send again.
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A broker that stalls (an alarm, a half-open connection) must not keep the turn from other instances.
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    /// <summary>One check, if no other instance is at it.</summary>
    /// <exception cref="TimeoutException">One of the servers does not answer.</exception>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            await TakeTurnAsync(timeout.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"PostgreSQL or RabbitMQ did not answer within {_timeout.TotalSeconds} s. RabbitMQ takes nothing while it is short of memory or disk space.", exception);
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        // A transaction's lock, on a connection of its own since the check takes two transactions. A session's would stay with a
        // pooled connection, and with it everything held back for good, where a time-out comes just after it was given. And the
        // server takes the turn away from a process that was stopped in the middle of it, or waits for ever: until someone
        // vouches nobody's e-mail goes out.
        await using var turn = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await turn.BeginTransactionAsync(cancellationToken);
        await using var tryLock = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtext('mail.fence')), set_config('idle_in_transaction_session_timeout', '15s', true)", turn);
        if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true)
            return;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await CheckAsync(connection, cancellationToken);
    }

    private async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var place = await Installations.FindAsync(connection, instance.Installation, cancellationToken);
        var known = await Installations.LoadAsync(connection, cancellationToken);
        var vouched = known?.Installation.Vouched == place.Here;
        // Another instance has counted within this second.
        if (vouched && known?.Age < Pause / 2)
            return;
        // Before anything is read: a queue that is not there costs the channel, and with it what the channel holds.
        var waiting = await broker.WaitingAsync(cancellationToken);
        var heard = vouched ? null : await broker.ReadAsync(cancellationToken);
        if (!vouched && await HoldAsync(connection, place, heard, cancellationToken))
            return;

        // First here, then there: the broker is never ahead, unless the database went back.
        var counter = Math.Max(known?.Installation.Counter ?? 0, heard ?? 0) + 1;
        await Installations.RecordAsync(connection, place, counter, waiting, cancellationToken);
        await broker.WriteAsync(counter, cancellationToken);
        if (vouched)
            return;
        await Installations.VouchAsync(connection, place, cancellationToken);
        logger.Vouched(counter);
    }

    private async Task<bool> HoldAsync(NpgsqlConnection connection, Place place, long? heard, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Judged while nobody can release what is judged here.
        var known = (await Installations.LoadAsync(connection, cancellationToken))?.Installation;
        if (RestoreFence.Judge(known, place, heard) is not { } reason)
            return false;
        var found = new Finding(place, Math.Max(known!.Counter, heard ?? 0));
        if (known.Found != found)
        {
            await Installations.HoldAsync(connection, found, reason, cancellationToken);
            logger.FenceRaised(reason);
        }

        await transaction.CommitAsync(cancellationToken);
        await broker.WriteAsync(found.Counter, cancellationToken);
        return true;
    }
}
