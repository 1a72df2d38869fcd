namespace Mail.SenderService;

/// <summary>Tells those who wait of each change of what a lock guards.</summary>
internal sealed class ChangeSignal(Lock gate)
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change.</summary>
    public Task Next
    {
        get
        {
            lock (gate)
                return _next.Task;
        }
    }

    /// <summary>Something has changed. Called under the lock.</summary>
    public void Signal()
    {
        var changed = _next;
        _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    /// <summary>Asks after each change, under the lock, until there is an answer.</summary>
    public async Task<T> WaitUntilAsync<T>(Func<T?> ask, CancellationToken cancellationToken)
        where T : struct
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (ask() is { } answer)
                    return answer;
                changed = _next.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
