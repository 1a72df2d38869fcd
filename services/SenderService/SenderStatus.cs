using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.SenderService;

/// <summary>What this sender can do at the moment, and why not more.</summary>
public sealed class SenderStatus
{
    private readonly Lock _gate = new();
    private readonly ChangeSignal _changes;
    private readonly DoublingPause _pauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
    private readonly ILogger<SenderStatus> _logger;
    private SenderAvailability _current;
    private Outcome.SenderBlocked? _tooFast;
    private bool _probeIsOut;

    public SenderStatus(SmtpOptions smtp, ILogger<SenderStatus> logger)
    {
        _logger = logger;
        _changes = new(_gate);
        Missing = smtp.Missing();
        Invalid = smtp.Invalid;
        _current = new(IsConfigured ? SenderState.Ready : SenderState.Unconfigured, null);
    }

    /// <summary>The environment variables that this sender lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The environment variables that are set and that this sender can't use, each with what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string> Invalid { get; }

    /// <summary>Whether it has all it needs, and can use all it has.</summary>
    public bool IsConfigured => Missing.Count == 0 && Invalid.Count == 0;

    public SenderAvailability Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    /// <summary>Completes at the next change of state.</summary>
    public Task Changed => _changes.Next;

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
            var (error, length) = (trouble.Error, pause ?? _pauses.Take());
            if (pause is not null)
                _tooFast = trouble;
            var reason = error.Reply is null ? trouble.Reason : $"{trouble.Reason}: {error.Reply}";
            Move(new(SenderState.Blocked, new(reason, error.Hint, length, error.Stage, error.Reply)));
            _logger.Blocked(LoggedWords.Sentences(email: null, reason, error.Hint), length);
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
            _pauses.Reset();
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
    public Task<SendingTurn> WaitForTurnAsync(CancellationToken cancellationToken) => _changes.WaitUntilAsync(TakeTurn, cancellationToken);

    /// <summary>A <see cref="SendingTurn.Probe"/> is over.</summary>
    public void EndProbe()
    {
        lock (_gate)
        {
            _probeIsOut = false;
            _changes.Signal();
        }
    }

    /// <summary>Waits until this sender takes e-mails, or does not.</summary>
    public Task WaitForAsync(bool takesMail, CancellationToken cancellationToken) =>
        _changes.WaitUntilAsync<bool>(() => _current.TakesMail == takesMail ? true : null, cancellationToken);

    private SendingTurn? TakeTurn()
    {
        if (!_current.TakesMail)
            return SendingTurn.None;
        if (!_current.IsProbing)
            return SendingTurn.Any;
        if (_probeIsOut)
            return null;
        _probeIsOut = true;
        return SendingTurn.Probe;
    }

    private void Move(SenderAvailability next)
    {
        _current = next;
        _changes.Signal();
    }
}
