namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Bounds every step of a conversation, and the conversation as a whole: a server that sends a byte every now and then
/// passes each step and would still keep the connection for ever.
/// </summary>
internal sealed class StepTimer(TimeSpan usual, TimeProvider time) : IDisposable
{
    private CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private long _began = time.GetTimestamp();
    private TimeSpan _whole = Timeout.InfiniteTimeSpan;
    private TimeSpan? _step;

    /// <summary>From now on, all steps together may take this long.</summary>
    /// <param name="all">How long.</param>
    /// <param name="step">How long each of them may take; as usual where it is left out.</param>
    public void Limit(TimeSpan all, TimeSpan? step = null)
    {
        _began = time.GetTimestamp();
        _whole = all;
        _step = step;
    }

    /// <summary>Begins a step; the token ends it. It is not disarmed afterwards, the next step does that.</summary>
    public CancellationToken Begin()
    {
        var step = _step ?? usual;
        var left = _whole == Timeout.InfiniteTimeSpan ? step : _whole - time.GetElapsedTime(_began);
        if (left <= TimeSpan.Zero)
            return new CancellationToken(canceled: true);
        // The last step's time may have run out after the step, for example while the connection was idle.
        if (_source.IsCancellationRequested)
        {
            _source.Dispose();
            _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        }

        _source.CancelAfter(left < step ? left : step);
        return _source.Token;
    }

    public void Dispose() => _source.Dispose();
}
