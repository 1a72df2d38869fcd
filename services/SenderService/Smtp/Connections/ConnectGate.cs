using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Lets one connection prove the account before the others try: with a wrong password the server sees one login, not one
/// for each connection, and what it said to that one is what the others get. Each new access token is proven anew.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="tokens">The access tokens; null where the login is a password, or there is none.</param>
internal sealed class ConnectGate(TimeProvider time, AccessTokens? tokens = null) : IDisposable
{
    private static readonly object _password = new();

    // E-mails that were claimed before the sender was blocked come within that. They would each have a token fetched and refused.
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private volatile object? _proven;
    private DeliveryAttempt? _failure;
    private long _failed;

    private object? Credential => tokens is null ? _password : tokens.Current;

    private bool IsProven => _proven is { } proven && proven == Credential;

    /// <summary>Connects, or learns from another's failure. Returns null where the connection is open.</summary>
    public async Task<DeliveryAttempt?> EnterAsync(Func<CancellationToken, Task<DeliveryAttempt?>> connect, CancellationToken stop)
    {
        if (IsProven)
            return Learn(await connect(stop));

        var asked = time.GetTimestamp();
        try
        {
            await _one.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return new DeliveryAttempt(SmtpStage.Connect) { Fault = SmtpFault.Stopped, Error = "stopped before it was connected" };
        }

        var alone = true;
        try
        {
            if (_failure is not null && (_failed >= asked || IsOfTokens(_failure)))
                return _failure;
            if (IsProven)
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

    private bool IsOfTokens(DeliveryAttempt failure) =>
        tokens is not null && failure.Fault is SmtpFault.TokenRefused or SmtpFault.TokenNotReached or SmtpFault.LoginRefused
        && time.GetElapsedTime(_failed) < _moment;

    private DeliveryAttempt? Learn(DeliveryAttempt? seen)
    {
        if (seen is { Fault: SmtpFault.Stopped })
            return seen;
        _proven = seen is null ? Credential : null;
        _failed = time.GetTimestamp();
        _failure = seen;
        return seen;
    }
}
