using Mail.Store;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>Waits for hand-overs that are under way when a hold is committed.</summary>
internal static class RunningDeliveries
{
    // Most conversations take a fraction of a second; one with a server that stalls is not waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Completes when no e-mail is <c>sending</c>, or ten seconds later. The hold is committed: what was claimed before it goes out
    /// while this waits, and nothing after.
    /// </summary>
    /// <param name="unit">Opens a connection for each look, so that none is held in between.</param>
    /// <param name="clientId">The client whose e-mails are meant; null for all clients.</param>
    /// <param name="time">The clock of the wait.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>Whether every claim has ended that may not have seen the hold.</returns>
    internal static async Task<bool> AwaitAsync(UnitOfWork unit, string? clientId, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await unit.RunAsync(
                async work =>
                {
                    await ClaimLock.AwaitClaimsAsync(work.Connection, cancellationToken);
                    return true;
                },
                cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // A claim whose sender does not hear the answer: it will be given back, not handed over.
            return false;
        }

        while (await unit.ConnectAsync(
            connection => EmailStates.AnySendingAsync(connection, clientId, cancellationToken), cancellationToken)
            && time.GetElapsedTime(started) < _patience)
        {
            await Task.Delay(_pause, time, cancellationToken);
        }

        return true;
    }
}
