using Mail.Store;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>Waits for hand-overs that are under way when a hold is committed.</summary>
internal static class HandOvers
{
    // Most conversations take a fraction of a second; one with a server that stalls is not waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Completes when no e-mail is <c>sending</c>, or ten seconds later. The hold is committed: what was claimed before it goes out
    /// while this waits, and nothing after.
    /// </summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="clientId">Whose e-mails; null for all.</param>
    /// <param name="time">Whose time it is.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>Whether every claim has ended that may not have seen the hold.</returns>
    internal static async Task<bool> AwaitAsync(NpgsqlDataSource dataSource, string? clientId, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await Transitions.AwaitClaimsAsync(connection, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // A claim whose sender does not hear the answer: it will be given back, not handed over.
            return false;
        }

        while (await EmailStates.AnySendingAsync(connection, clientId, cancellationToken) && time.GetElapsedTime(started) < _patience)
            await Task.Delay(_pause, time, cancellationToken);
        return true;
    }
}
