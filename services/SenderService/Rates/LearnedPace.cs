using Mail.SenderService.Smtp.Verdicts;

namespace Mail.SenderService.Rates;

/// <summary>
/// The pace that the server keeps this sender to, learned from its refusals: so many e-mails in so long. Nothing is known
/// before the first refusal. After it, one e-mail is tried at the ends of the usual periods, a second, a minute, an hour,
/// counted from the e-mails that went out; what gets through tells the period.
/// </summary>
public sealed class LearnedPace(TimeProvider time)
{
    private static readonly TimeSpan[] _periods =
        [
            .. new double[] { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400 }
                .Select(TimeSpan.FromSeconds),
        ];

    // The server's clock begins when it saw an e-mail, this one when its reply was here: nearly nothing is enough.
    private static readonly TimeSpan _margin = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly AcceptedTimes _accepted = new(time);
    private readonly PaceGrowth _growth = new();
    private volatile bool _isLimited;
    private bool _isTrying;
    private int _limit;
    private int _inHand;
    private int _sinceRefusal;
    private int _candidate;
    private TimeSpan _period;
    private long _refusedAt;
    private long _nextTry;

    /// <summary>Whether there is a pace to keep to.</summary>
    public bool IsLimited => _isLimited;

    /// <summary>E-mails a second, as far as it is known; null where there is no limit, or its period is still being looked for.</summary>
    public double? PerSecond
    {
        get
        {
            lock (_gate)
                return _isLimited && !_isTrying ? _limit / _period.TotalSeconds : null;
        }
    }

    /// <summary>Takes the turns of so many e-mails at the most.</summary>
    /// <param name="wanted">How many there are.</param>
    /// <param name="isPaced">Whether there is a limit, and <see cref="Ended"/> has to be told of each that was taken.</param>
    /// <param name="wait">Where none may go out now: how long to wait before asking again.</param>
    /// <returns>How many may go out now.</returns>
    public int Take(int wanted, out bool isPaced, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        isPaced = _isLimited;
        if (!isPaced)
            return wanted;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var most = _isTrying ? 1 : _limit;
            var free = most - _inHand - (_isTrying ? 0 : _accepted.Since(now - Ticks(_period)));
            if (now < _nextTry)
                wait = time.GetElapsedTime(now, _nextTry);
            else if (free <= 0)
                wait = _inHand >= most ? _margin : UntilFree(now);
            if (wait > TimeSpan.Zero)
                return 0;
            var taken = Math.Min(free, wanted);
            _inHand += taken;
            return taken;
        }
    }

    /// <summary>A hand-over is over, or did not come about.</summary>
    /// <param name="taken">Whether it was taken by <see cref="Take"/> while there was a limit.</param>
    /// <param name="accepted">Whether the server took the e-mail.</param>
    public void Ended(bool taken, bool accepted)
    {
        if (!taken && !accepted)
            return;
        lock (_gate)
        {
            if (taken && _inHand > 0)
                _inHand--;
            if (!accepted)
                return;
            _accepted.Add();
            // One without a turn is counted, but it was under way before the limit was known and does not answer what is being tried.
            if (!taken || !_isLimited)
                return;
            _sinceRefusal++;
            // Counted only now: at the refusal others of the same moment had yet to be accepted.
            if (_isTrying)
                _limit = Math.Max(1, _accepted.Since(_refusedAt - Ticks(_period)) - 1);
            _isTrying = false;
            _limit += _growth.Succeeded(_limit);
        }
    }

    /// <summary>The server refused an e-mail for the pace.</summary>
    /// <param name="begun">When its hand-over began: one from before the last refusal says nothing new.</param>
    /// <param name="isPaced">Whether it had a turn. One without began as if there were no limit, and says nothing new either.</param>
    /// <param name="reply">The server's words.</param>
    /// <returns>How long to wait.</returns>
    public TimeSpan Refused(long begun, bool isPaced, string? reply)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_isLimited && (!isPaced || begun <= _refusedAt))
                return Left(now);
            var said = PacePeriod.Parse(reply);
            if (!_isLimited)
                Try(now, said.Period);
            else if (_sinceRefusal == 0)
                TryNext(now);
            else
                Narrow(now);
            if (said.Wait is { } asked)
                _nextTry = now + Ticks(asked);
            _isLimited = true;
            _refusedAt = now;
            _sinceRefusal = 0;
            return Left(now);
        }
    }

    // The first refusal: begins with the period that the server named, else with the shortest.
    private void Try(long now, TimeSpan? named)
    {
        _candidate = named is { } period ? Math.Max(0, Array.FindIndex(_periods, each => each >= period)) : 0;
        _period = _periods[_candidate];
        _limit = Math.Max(1, _accepted.Since(now - Ticks(_period)));
        _isTrying = true;
        _nextTry = After(now, _accepted.FirstSince(now - Ticks(_period)) ?? now, _period);
    }

    // What was tried came too soon: the period is longer. Those that would end in the past are passed over.
    private void TryNext(long now)
    {
        _isTrying = true;
        do
        {
            if (_candidate == _periods.Length - 1)
            {
                _nextTry = now + Ticks(_periods[^1]);
                return;
            }

            _period = _periods[++_candidate];
            _limit = Math.Max(1, _accepted.Since(now - Ticks(_period)));
            _nextTry = After(now, _accepted.FirstSince(now - Ticks(_period)) ?? now, _period);
        }
        while (_nextTry <= now + Ticks(_margin));
    }

    // Some got through since the last refusal, and then one too many did not. Where as many as expected had got through, the pace is
    // right and grew too far. Where fewer had, the server fills up slowly: what got through in that time is the pace.
    private void Narrow(long now)
    {
        var grown = _growth.Failed();
        if (_sinceRefusal >= _limit / 2)
        {
            // At least what was counted; others of the same moment may be accepted yet.
            _limit = Math.Max(_accepted.Since(now - Ticks(_period)), Math.Max(1, grown > 0 ? _limit - grown : _limit * 9 / 10));
        }
        else
        {
            _period = time.GetElapsedTime(_refusedAt, now);
            _limit = _sinceRefusal;
        }

        _isTrying = false;
        _nextTry = After(now, _accepted.FirstSince(now - Ticks(_period)) ?? now, _period);
    }

    private long After(long now, long first, TimeSpan period) => Math.Max(now + Ticks(_margin), first + Ticks(period) + Ticks(_margin));

    private TimeSpan UntilFree(long now)
    {
        var first = _accepted.FirstSince(now - Ticks(_period)) ?? now;
        var free = first + Ticks(_period) + Ticks(_margin);
        return free > now ? time.GetElapsedTime(now, free) : _margin;
    }

    private TimeSpan Left(long now) => _nextTry > now ? time.GetElapsedTime(now, _nextTry) : TimeSpan.Zero;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
