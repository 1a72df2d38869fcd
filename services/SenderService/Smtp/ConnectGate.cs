namespace Mail.SenderService.Smtp;

/// <summary>
/// Lets one connection prove the account before the others try: with a wrong password the server sees one login, not one
/// for each connection, and what it said to that one is what the others get.
/// </summary>
internal sealed class ConnectGate(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private volatile bool proven;
    private HandOver? failure;
    private long failed;

    /// <summary>Connects, or learns from another's failure. Returns null where the connection is open.</summary>
    public async Task<HandOver?> EnterAsync(Func<CancellationToken, Task<HandOver?>> connect, CancellationToken stop)
    {
        if (proven)
            return Learn(await connect(stop));

        var asked = time.GetTimestamp();
        try
        {
            await one.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return new HandOver(SmtpStage.Connect) { Fault = SmtpFault.Stopped, Error = "stopped before it was connected" };
        }

        var alone = true;
        try
        {
            if (failure is not null && failed >= asked)
                return failure;
            if (proven)
            {
                // The others that wait need not wait for this one.
                one.Release();
                alone = false;
            }

            return Learn(await connect(stop));
        }
        finally
        {
            if (alone)
                one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private HandOver? Learn(HandOver? seen)
    {
        if (seen is { Fault: SmtpFault.Stopped })
            return seen;
        proven = seen is null;
        failed = time.GetTimestamp();
        failure = seen;
        return seen;
    }
}
