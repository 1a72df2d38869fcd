using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// Vouches for the database, once for each start of its server, or holds everything back. As long as nothing speaks against the
/// database it counts on, in the database first and then at the broker, and remembers the count itself. Until someone vouches
/// nothing is claimed: the claim's own statement asks. Any number of instances; one checks at a time.
/// </summary>
internal sealed class FenceCheck(
    NpgsqlDataSource dataSource, BrokerCount broker, Instance instance, TimeProvider time, ILogger<FenceCheck> logger)
{
    // What is claimed within it, just before a copy is taken of the running database, is what such a copy may send again.
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A broker that stalls (an alarm, a half-open connection) must not keep the turn from other instances.
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    // For an instance that was running before, and remembers the count, to come back to the database.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private long? _remembered;
    private long? _waitingSince;

    /// <summary>One check, if no other instance is at it. Returns what it waits for, as a sentence; null where it is done.</summary>
    /// <exception cref="TimeoutException">One of the servers does not answer.</exception>
    internal async Task<string?> RunOnceAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            return await TakeTurnAsync(timeout.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"PostgreSQL or RabbitMQ did not answer within {_timeout.TotalSeconds} s. RabbitMQ takes nothing while it is short of "
                + "memory or disk space.",
                exception);
        }
    }

    private async Task<string?> TakeTurnAsync(CancellationToken cancellationToken)
    {
        // A transaction's lock, on a connection of its own since the check takes two transactions. A session's would stay with a
        // pooled connection, and with it everything held back for good, where a time-out comes just after it was given. And the
        // server takes the turn away from a process that was stopped in the middle of it, or waits for ever: until someone
        // vouches nobody's e-mail goes out.
        await using var turn = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await turn.BeginTransactionAsync(cancellationToken);
        await using var tryLock = new NpgsqlCommand(
            "select pg_try_advisory_xact_lock(hashtext('mail.fence')), set_config('idle_in_transaction_session_timeout', '15s', true)",
            turn);
        if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true)
            return null;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await CheckAsync(connection, cancellationToken);
    }

    private async Task<string?> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var place = await Installations.FindAsync(connection, instance.Installation, cancellationToken);
        var known = await Installations.LoadAsync(connection, cancellationToken);
        if (known is null && _remembered is not null)
        {
            return "The record of this installation is gone from the database. If the database was emptied on purpose, restart "
                + "SchedulerService.";
        }

        var vouched = known?.IsTrusted(place) is true;
        // Another instance has counted within this second.
        if (vouched && known!.Age < Pause / 2 && !(_remembered > known.Installation.Counter))
        {
            _remembered = known.Installation.Counter;
            return null;
        }

        var waiting = await broker.WaitingAsync(cancellationToken);
        var heard = await broker.ReadAsync(cancellationToken);
        var (counted, waitsFor) = await JudgeAsync(connection, place, Highest(heard, _remembered), waiting, cancellationToken);
        // First in the database, then at the broker, which is ahead only where the database went back. Before anything is claimed
        // at that count, both have it. While everything is held the broker keeps what it knows: one that was wiped must not learn the
        // count of an older copy, for which it would vouch the next time.
        if (counted is null)
            return waitsFor;
        await broker.WriteAsync(counted.Value, cancellationToken);
        _remembered = counted;
        if (!vouched && await Installations.TrustAsync(connection, place, counted.Value, cancellationToken))
            logger.DatabaseTrusted(counted.Value);
        return null;
    }

    /// <summary>
    /// Counts on, or holds everything back, in one transaction: what is judged stays as it is meanwhile. Returns the new count, or
    /// what there is to wait for; neither where everything is held back.
    /// </summary>
    private async Task<(long? Counted, string? WaitsFor)> JudgeAsync(
        NpgsqlConnection connection, Place place, long? witness, long waiting, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = await Installations.LoadAsync(connection, cancellationToken);
        var objection = RestoreFence.Judge(known, place, witness);
        if (objection is not { MayBeSettled: true })
            _waitingSince = null;
        else if (known!.Installation.Found is null && time.GetElapsedTime(_waitingSince ??= time.GetTimestamp()) < _patience)
            return (null, objection.Reason);

        var counter = Highest(Highest(known?.Installation.Counter, witness), known?.Installation.Found?.Counter) ?? 0;
        if (objection is null)
            await Installations.RecordAsync(connection, place, ++counter, waiting, cancellationToken);
        else
            await HoldAsync(connection, known!.Installation, new(place, counter), objection.Reason, waiting, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (objection is null ? counter : null, null);
    }

    private async Task HoldAsync(
        NpgsqlConnection connection, Installation known, Finding found, string reason, long waiting, CancellationToken cancellationToken)
    {
        await Installations.LookAsync(connection, waiting, cancellationToken);
        if (known.Found == found)
            return;
        await Installations.HoldAsync(connection, found, reason, cancellationToken);
        logger.FenceRaised(reason);
    }

    private static long? Highest(long? one, long? other) => one > other || other is null ? one : other;
}
