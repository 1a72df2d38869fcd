namespace Mail.SenderService.Smtp;

/// <summary>
/// Bounds every step of a conversation, and the conversation as a whole: a server that sends a byte every now and then
/// passes each step and would still keep the connection for ever.
/// </summary>
internal sealed class StepTimer(TimeSpan step, TimeProvider time) : IDisposable
{
    private CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);
    private long began = time.GetTimestamp();
    private TimeSpan whole = Timeout.InfiniteTimeSpan;

    /// <summary>From now on, all steps together may take this long.</summary>
    public void Limit(TimeSpan all)
    {
        began = time.GetTimestamp();
        whole = all;
    }

    /// <summary>Begins a step; the token ends it. It is not disarmed afterwards, the next step does that.</summary>
    public CancellationToken Begin()
    {
        var left = whole == Timeout.InfiniteTimeSpan ? step : whole - time.GetElapsedTime(began);
        if (left <= TimeSpan.Zero)
            return new CancellationToken(canceled: true);
        // The last step's time may have run out after the step, for example while the connection was idle.
        if (source.IsCancellationRequested)
        {
            source.Dispose();
            source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        }

        source.CancelAfter(left < step ? left : step);
        return source.Token;
    }

    public void Dispose() => source.Dispose();
}
