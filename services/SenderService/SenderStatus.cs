using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
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
    private Outcome.SenderBlocked? _tooFast;
    private bool _probeIsOut;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SenderStatus(SmtpOptions smtp, ILogger<SenderStatus> logger)
    {
        _logger = logger;
        Missing = smtp.Missing();
        Invalid = smtp.Invalid;
        _current = new(IsConfigured ? SenderState.Ready : SenderState.Unconfigured, null);
    }

    /// <summary>A state, and what blocks it.</summary>
    /// <param name="Name">One of <see cref="SenderState"/>.</param>
    /// <param name="Blocked">What blocks it.</param>
    /// <param name="IsProbing">Whether it is blocked and tries the server again, with one e-mail at a time.</param>
    public sealed record State(string Name, Blockage? Blocked, bool IsProbing = false)
    {
        /// <summary>Whether it takes e-mails from the queue.</summary>
        public bool TakesMail => IsProbing || Name == SenderState.Ready;
    }

    /// <summary>Why the server won't have us, what to do about it, and how long to leave it in peace.</summary>
    /// <param name="Reason">The trouble, with the server's words.</param>
    /// <param name="Hint">What to do about it.</param>
    /// <param name="Pause">How long to wait.</param>
    /// <param name="Stage">Where in the conversation it was: one that was open shows nothing of what is refused later.</param>
    public sealed record Blockage(string Reason, string Hint, TimeSpan Pause, SmtpStage Stage);

    /// <summary>Whether and how an e-mail may be handed over.</summary>
    public enum Turn
    {
        /// <summary>Not now.</summary>
        None,

        /// <summary>As many as there are connections.</summary>
        Any,

        /// <summary>This one alone, to see whether the server takes e-mail again. <see cref="EndProbe"/> ends it.</summary>
        Probe
    }

    /// <summary>The environment variables that this sender lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The environment variables that are set and that this sender can't use, each with what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string> Invalid { get; }

    /// <summary>Whether it has all it needs, and can use all it has.</summary>
    public bool IsConfigured => Missing.Count == 0 && Invalid.Count == 0;

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

    /// <summary>Whether an e-mail is on its way to see whether the server takes e-mail again.</summary>
    public bool IsProbeOut
    {
        get
        {
            lock (_gate)
                return _probeIsOut;
        }
    }

    /// <summary>Trouble that is not any e-mail's: stop taking them.</summary>
    /// <param name="trouble">The trouble.</param>
    /// <param name="pause">How long to wait; where it is left out, a pause that doubles each time in a row, to five minutes.</param>
    /// <remarks>Several connections meet the same trouble at once, and it counts once.</remarks>
    public void Block(Outcome.SenderBlocked trouble, TimeSpan? pause = null)
    {
        lock (_gate)
        {
            if (_current.TakesMail)
                StayBlocked(trouble, pause);
        }
    }

    /// <summary>Still (or newly) blocked.</summary>
    public void StayBlocked(Outcome.SenderBlocked trouble, TimeSpan? pause = null)
    {
        lock (_gate)
        {
            var (error, length) = (trouble.Error, pause ?? _nextPause);
            if (pause is null)
                _nextPause = _nextPause * 2 < _longestPause ? _nextPause * 2 : _longestPause;
            else
                _tooFast = trouble;
            Move(new(SenderState.Blocked, new(error.Reply is null ? trouble.Reason : $"{trouble.Reason}: {error.Reply}", error.Hint, length, error.Stage)));
            _logger.Blocked(LoggedWords.Sentences(email: null, error.Reply is null ? trouble.Reason : $"{trouble.Reason}: {error.Reply}", error.Hint), length);
        }
    }

    /// <summary>The pace that the server keeps this sender to allows nothing for so long.</summary>
    public void Rest(TimeSpan pause)
    {
        if (_tooFast is { } trouble)
            Block(trouble, pause);
    }

    /// <summary>Remembers why there is a pace to keep to, without stopping for it.</summary>
    public void KeepToPace(Outcome.SenderBlocked trouble) => _tooFast = trouble;

    /// <summary>The pause is over: one e-mail at a time shows whether the server takes e-mail again.</summary>
    public void Probe()
    {
        lock (_gate)
        {
            if (_current.Blocked is not null)
                Move(_current with { IsProbing = true });
        }
    }

    /// <summary>The server would have us again.</summary>
    public void Unblock()
    {
        lock (_gate)
        {
            if (_current.Blocked is null)
                return;
            Move(new(SenderState.Ready, null));
        }

        _logger.Unblocked();
    }

    /// <summary>An e-mail was accepted: the next trouble is a new one.</summary>
    public void Delivered()
    {
        lock (_gate)
        {
            _nextPause = _shortestPause;
            if (_current.IsProbing)
                Unblock();
        }
    }

    /// <summary>An e-mail came as far as this and was not refused for the sender's trouble.</summary>
    public void CameTo(SmtpStage stage)
    {
        lock (_gate)
        {
            if (_current is { IsProbing: true, Blocked: { } blocked } && stage > blocked.Stage)
                Unblock();
        }
    }

    /// <summary>Waits for the turn of an e-mail; at once where there is nothing to wait for.</summary>
    public async Task<Turn> WaitForTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_current.TakesMail)
                    return Turn.None;
                if (!_current.IsProbing)
                    return Turn.Any;
                if (!_probeIsOut)
                {
                    _probeIsOut = true;
                    return Turn.Probe;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A <see cref="Turn.Probe"/> is over.</summary>
    public void EndProbe()
    {
        lock (_gate)
        {
            _probeIsOut = false;
            Signal();
        }
    }

    /// <summary>Waits until this sender takes e-mails, or does not.</summary>
    public async Task WaitForAsync(bool takesMail, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.TakesMail == takesMail)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Move(State state)
    {
        _current = state;
        Signal();
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
