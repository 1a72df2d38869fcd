using Mail.SenderService.Smtp;
using Mail.Store;

namespace Mail.SenderService;

/// <summary>What this sender can do at the moment, and why not more.</summary>
public sealed class SenderStatus
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly ILogger<SenderStatus> _logger;
    private State _current;
    private TimeSpan _nextPause = _shortestPause;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SenderStatus(SmtpOptions smtp, ILogger<SenderStatus> logger)
    {
        _logger = logger;
        Missing = smtp.Missing();
        _current = new(Missing.Count == 0 ? SenderState.Ready : SenderState.Unconfigured, null);
    }

    /// <summary>A state, and what blocks it.</summary>
    public sealed record State(string Name, Blockage? Blocked);

    /// <summary>Why the server won't have us, what to do about it, and how long to leave it in peace.</summary>
    public sealed record Blockage(string Reason, string? Hint, TimeSpan Pause);

    /// <summary>The environment variables that this sender lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    public State Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    /// <summary>Completes at the next change of state.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>Trouble that is not any e-mail's: stop taking them.</summary>
    /// <remarks>Several connections meet the same trouble at once, and it counts once.</remarks>
    public void Block(SmtpError error, string reason)
    {
        lock (_gate)
        {
            if (_current.Blocked is null)
                StayBlocked(error, reason);
        }
    }

    /// <summary>Still (or newly) blocked. Each time in a row the pause doubles, to five minutes.</summary>
    public void StayBlocked(SmtpError error, string reason)
    {
        lock (_gate)
        {
            var pause = _nextPause;
            _nextPause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            Move(new(SenderState.Blocked, new(error.Reply is null ? reason : $"{reason}: {error.Reply}", error.Hint, pause)));
            _logger.Blocked(ServerWords.Of(email: null, error.Reply is null ? reason : $"{reason}: {error.Reply}", error.Hint), pause);
        }
    }

    /// <summary>The server would have us again.</summary>
    public void Unblock()
    {
        lock (_gate)
            Move(new(SenderState.Ready, null));
        _logger.Unblocked();
    }

    /// <summary>An e-mail was accepted: the next trouble is a new one.</summary>
    public void Delivered()
    {
        lock (_gate)
            _nextPause = _shortestPause;
    }

    /// <summary>Waits until this sender is ready, or is not.</summary>
    public async Task WaitForAsync(bool ready, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.Name == SenderState.Ready == ready)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Move(State state)
    {
        _current = state;
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
