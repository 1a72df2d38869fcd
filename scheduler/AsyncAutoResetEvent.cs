namespace PostgresScheduler;

/// <summary>Wakes the one that waits, or the next that would; given many times before, it wakes once.</summary>
internal sealed class AsyncAutoResetEvent : IDisposable
{
    private readonly SemaphoreSlim _given = new(0, 1);

    internal void Give()
    {
        try
        {
            _given.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already pending, and who it wakes looks at everything there is.
        }
    }

    /// <summary>Waits for it, so many milliseconds at the most.</summary>
    internal Task WaitAsync(int milliseconds, CancellationToken cancellationToken) => _given.WaitAsync(milliseconds, cancellationToken);

    public void Dispose() => _given.Dispose();
}
