namespace Mail.ConfigService.Attachments;

/// <summary>
/// Few uploads write to the database at the same time, however many come in: the other connections are for other requests. An upload has its
/// turn piece by piece, so that a slow one keeps no other waiting.
/// </summary>
internal sealed class UploadTurns : IDisposable
{
    private const int AtOnce = 3;
    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>Waits for a turn, and ends it when the work is done.</summary>
    internal async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
