using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// The access token that all connections of a sender log in with. It is fetched once for all of them, and the next one before it expires,
/// in the background: no e-mail waits for it. While that fails, the one at hand serves as long as it is good.
/// </summary>
internal sealed class AccessTokens : IDisposable
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    // A timer takes no more than 49 days, and some token is good for a year.
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Lazy<ITokenEndpoint> _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _renewal;
    private readonly CancellationTokenSource _closing = new();
    private AccessToken? _current;
    private Task<AccessToken>? _fetch;

    /// <param name="endpoint">Makes what is asked, at the first use.</param>
    /// <param name="timeout">What one request may take.</param>
    /// <param name="time">The clock of lifetimes and time-outs.</param>
    /// <param name="logger">Where a renewal that failed is told.</param>
    public AccessTokens(Func<ITokenEndpoint> endpoint, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _endpoint = new(endpoint);
        _timeout = timeout;
        _time = time;
        _logger = logger;
        _renewal = time.CreateTimer(_ => Renew(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Those of an account; null where it does not log in with any.</summary>
    public static AccessTokens? For(SmtpOptions options, X509ChainPolicy? trust, TimeProvider time, ILogger logger)
    {
        if (!options.UsesTokens)
            return null;
        var handler = TokenHttp.Handler(options.Timeout, trust, time);
        return new(
            () => options.Auth == SmtpAuth.Google ? new GoogleTokens(options, handler) : new MicrosoftTokens(options, handler),
            options.Timeout, time, logger);
    }

    /// <summary>The token at hand; null where there is none that is good.</summary>
    public AccessToken? Current
    {
        get
        {
            lock (_gate)
                return _current is { IsUsable: true } token ? token : null;
        }
    }

    /// <summary>
    /// The current token, or a new one. A caller that asks while a token is being fetched gets that token, or the reason why there is none.
    /// </summary>
    /// <exception cref="SmtpTrouble">There is none.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; others may go on waiting.</exception>
    public Task<AccessToken> GetAsync(CancellationToken stop)
    {
        lock (_gate)
            return _current is { IsUsable: true } token ? Task.FromResult(token) : Begin().WaitAsync(stop);
    }

    /// <summary>Records that the mail server refused a token: the next caller gets a new one.</summary>
    public void Refused(AccessToken token)
    {
        lock (_gate)
        {
            if (_current == token)
                _current = null;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _renewal.Dispose();
        _closing.Dispose();
    }

    // Where the token has expired, or was refused, a connection asks for the next one, at the pace at which the sender tries again.
    private void Renew()
    {
        lock (_gate)
        {
            if (_current is { IsUsable: true } && !_closing.IsCancellationRequested)
                _ = Begin();
        }
    }

    private Task<AccessToken> Begin()
    {
        if (_fetch is null)
        {
            _fetch = Task.Run(FetchAsync);
            // In the background nothing awaits it.
            _ = _fetch.ContinueWith(
                static fetch => _ = fetch.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return _fetch;
    }

    private async Task<AccessToken> FetchAsync()
    {
        try
        {
            var token = await AskAsync();
            lock (_gate)
            {
                (_current, _fetch) = (token, null);
                Schedule(token.RenewIn);
            }

            return token;
        }
        catch (SmtpTrouble trouble)
        {
            TimeSpan left;
            lock (_gate)
            {
                _fetch = null;
                left = _current?.Left ?? TimeSpan.Zero;
                if (left > TimeSpan.Zero)
                    Schedule(Pause(left));
            }

            if (left > TimeSpan.Zero)
                _logger.TokenNotRenewed(left, trouble.Message);
            throw;
        }
    }

    private async Task<AccessToken> AskAsync()
    {
        var host = "";
        using var late = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _closing.Token);
            var endpoint = _endpoint.Value;
            host = endpoint.Host;
            var asked = _time.GetTimestamp();
            // A library that does not heed the token is left behind.
            var (value, lifetime) = await endpoint.AskAsync(over.Token).WaitAsync(over.Token);
            return new(value, lifetime, asked, _time);
        }
        catch (Exception exception)
        {
            throw TokenTrouble.From(host, exception);
        }
    }

    private static TimeSpan Pause(TimeSpan left) =>
        TimeSpan.FromTicks(Math.Clamp((left / 4).Ticks, _shortestPause.Ticks, _longestPause.Ticks));

    private void Schedule(TimeSpan wait)
    {
        if (!_closing.IsCancellationRequested)
            _renewal.Change(wait < _longestWait ? wait : _longestWait, Timeout.InfiniteTimeSpan);
    }
}
