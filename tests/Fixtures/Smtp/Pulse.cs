namespace Mail.Tests.Fixtures.Smtp;

/// <summary>Wakes those that wait for something to become true.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _next;

    public void Give() => Interlocked.Exchange(ref _next, null)?.TrySetResult();

    public async Task WaitAsync(Func<bool> isSo, Func<string> otherwise, TimeSpan deadline)
    {
        using var late = new CancellationTokenSource(deadline, TimeProvider.System);
        while (true)
        {
            var next = Next();
            // Looked at after signing up, so that nothing is missed in between.
            if (isSo())
                return;
            try
            {
                await next.WaitAsync(late.Token);
            }
            catch (OperationCanceledException ended)
            {
                throw new TimeoutException(otherwise(), ended);
            }
        }
    }

    private Task Next()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _next, mine, null) ?? mine).Task;
    }
}
