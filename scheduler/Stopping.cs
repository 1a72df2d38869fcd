namespace PostgresScheduler;

/// <summary>
/// How work ends when its service stops. Npgsql sends its cancel request within <see cref="CancellationTokenSource.Cancel()"/>, over a
/// connection of its own, and waits there without a time-out until the server closes it. Where the server or a proxy before it stalls,
/// whoever cancels waits for ever: the host, which cancels the token of each service before it waits for it.
/// </summary>
public static class Stopping
{
    /// <summary>How long work may take to end where nothing else is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A token that is cancelled after the given one, but never within that one's cancellation.</summary>
    /// <param name="cancellationToken">The token to follow.</param>
    public static CancellationTokenSource Detach(CancellationToken cancellationToken)
    {
        var detached = new CancellationTokenSource();
        cancellationToken.UnsafeRegister(static detached => _ = ((CancellationTokenSource)detached!).CancelAsync(), detached);
        return detached;
    }

    /// <summary>
    /// Does work until it ends; after a stop no longer than <paramref name="patience"/> says. What does not end by then is left behind, and
    /// ends with the process.
    /// </summary>
    /// <param name="work">The work. Its token is cancelled at the stop, and never within the stop.</param>
    /// <param name="stoppingToken">The stop.</param>
    /// <param name="patience">How long the work may take to end; <see cref="Patience"/> where left out.</param>
    public static async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken, TimeSpan? patience = null)
    {
        var detached = Detach(stoppingToken);
        using var outOfPatience = new CancellationTokenSource();
        await using var stop = stoppingToken.UnsafeRegister(_ => outOfPatience.CancelAfter(patience ?? Patience), null);
        var running = Task.Run(() => work(detached.Token), CancellationToken.None);
        try
        {
            await running.WaitAsync(outOfPatience.Token);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Ended by the stop, or left behind: what it still comes to is of no interest.
            _ = running.ContinueWith(
                static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
