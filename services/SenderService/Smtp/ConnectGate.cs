namespace Mail.SenderService.Smtp;

/// <summary>
/// Lets one connection prove the account before the others try: with a wrong password the server sees one login, not one
/// for each connection, and what it said to that one is what the others get.
/// </summary>
internal sealed class ConnectGate(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private volatile bool _proven;
    private HandOver? _failure;
    private long _failed;

    /// <summary>Connects, or learns from another's failure. Returns null where the connection is open.</summary>
    public async Task<HandOver?> EnterAsync(Func<CancellationToken, Task<HandOver?>> connect, CancellationToken stop)
    {
        if (_proven)
            return Learn(await connect(stop));

        var asked = time.GetTimestamp();
        try
        {
            await _one.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return new HandOver(SmtpStage.Connect) { Fault = SmtpFault.Stopped, Error = "stopped before it was connected" };
        }

        var alone = true;
        try
        {
            if (_failure is not null && _failed >= asked)
                return _failure;
            if (_proven)
            {
                // The others that wait need not wait for this one.
                _one.Release();
                alone = false;
            }

            return Learn(await connect(stop));
        }
        finally
        {
            if (alone)
                _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private HandOver? Learn(HandOver? seen)
    {
        if (seen is { Fault: SmtpFault.Stopped })
            return seen;
        _proven = seen is null;
        _failed = time.GetTimestamp();
        _failure = seen;
        return seen;
    }
}
