using Mail.Store;

namespace Mail.ConfigService;

/// <summary>Waits for hand-overs that are under way.</summary>
internal static class HandOvers
{
    // Most conversations take a fraction of a second; one with a server that stalls is not waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Completes when no e-mail is <c>sending</c>, or ten seconds after <paramref name="since"/>.</summary>
    /// <param name="unit">Asked for each look anew: nobody waits for the connection meanwhile.</param>
    /// <param name="clientId">Whose e-mails; null for all.</param>
    /// <param name="since">From <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="time">Whose time it is.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    internal static async Task AwaitAsync(Unit unit, string? clientId, long since, TimeProvider time, CancellationToken cancellationToken)
    {
        while (await unit.ConnectAsync(connection => EmailStates.AnySendingAsync(connection, clientId, cancellationToken), cancellationToken)
            && time.GetElapsedTime(since) < _patience)
        {
            await Task.Delay(_pause, time, cancellationToken);
        }
    }
}
