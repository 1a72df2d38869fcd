namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// How many connections the server takes, where that is fewer than there may be. Those beyond it are set aside, and one
/// of them is tried again now and then: soon while the number is not known yet, ever more rarely once it is.
/// </summary>
internal sealed class Crowding(int most, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _firstPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _longestPatience = TimeSpan.FromMinutes(10);

    // Connections that were just closed may still count at the server.
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<SmtpConnection> _aside = new();
    private ITimer? _timer;
    private Action<SmtpConnection>? _putBack;
    private SmtpConnection? _trying;
    private TimeSpan _patience = _firstPatience;
    private bool _known;
    private int _count;
    private long _lastAside;

    /// <summary>What a connection that is tried again is given to.</summary>
    public void Start(Action<SmtpConnection> putBack)
    {
        _putBack = putBack;
        _timer = time.CreateTimer(_ => TryOneMore(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The server refused this connection since there are too many.</summary>
    /// <returns>Whether others go on; false where it was the only one, so that somebody else has them.</returns>
    public bool GoesOnWithout(SmtpConnection connection)
    {
        lock (_gate)
        {
            if (connection == _trying)
            {
                _trying = null;
                (_patience, _known) =
                    (!_known ? _firstPatience : _patience * 2 < _longestPatience ? _patience * 2 : _longestPatience, true);
            }

            if (_count + 1 >= most)
                return _lastAside != 0 && time.GetElapsedTime(_lastAside) < _settling;
            connection.IsAside = true;
            _count++;
            _lastAside = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Keeps a connection that was refused, once it is closed.</summary>
    public void Keep(SmtpConnection connection)
    {
        lock (_gate)
        {
            _aside.Enqueue(connection);
            Schedule();
        }
    }

    /// <summary>The server took an e-mail over a connection.</summary>
    public void Served(SmtpConnection connection)
    {
        // Read without the lock: asked for every e-mail.
        if (_trying != connection)
            return;
        lock (_gate)
        {
            (_trying, _known) = (null, false);
            Schedule();
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Schedule()
    {
        if (_aside.Count > 0 && _trying is null)
            _timer?.Change(_known ? _patience : _soon, Timeout.InfiniteTimeSpan);
    }

    private void TryOneMore()
    {
        SmtpConnection? next;
        lock (_gate)
        {
            if (_trying is not null || !_aside.TryDequeue(out next))
                return;
            next.IsAside = false;
            _count--;
            _trying = next;
        }

        _putBack!(next);
    }
}
