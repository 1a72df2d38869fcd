using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>The connections of a sender, at most <see cref="SmtpOptions.MaxConnections"/> of them.</summary>
public sealed class SmtpConnections : IAsyncDisposable
{
    private static readonly TimeSpan _lookForStale = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _free;
    // The one used last comes first: fewer connections stay open than were needed at the busiest moment.
    private readonly ConcurrentStack<SmtpConnection> _idle = new();
    private readonly AccessTokens? _tokens;
    private readonly ConnectGate _gate;
    private readonly Crowding _crowding;
    private readonly ITimer _staleness;
    private readonly ServerHabits _habits = new();
    private volatile bool _closed;

    /// <param name="options">The account.</param>
    /// <param name="time">The clock of idle times and time-outs.</param>
    /// <param name="trust">What certificates to trust in place of the system's store; null in production.</param>
    /// <param name="logger">Where it is told that an access token could not be renewed.</param>
    public SmtpConnections(SmtpOptions options, TimeProvider time, X509ChainPolicy? trust = null, ILogger<SmtpConnections>? logger = null)
    {
        _free = new SemaphoreSlim(options.MaxConnections);
        _tokens = AccessTokens.For(options, trust, time, logger ?? NullLogger<SmtpConnections>.Instance);
        _gate = new ConnectGate(time, _tokens);
        _crowding = new Crowding(options.MaxConnections, time);
        _crowding.Start(PutBack);
        for (var i = 0; i < options.MaxConnections; i++)
            _idle.Push(new SmtpConnection(options, _gate, _habits, _tokens, trust, time));
        _staleness = time.CreateTimer(_ => _ = CloseIdleAsync(stale: true), null, _lookForStale, _lookForStale);
    }

    /// <summary>How many can be rented at once.</summary>
    public int Free => _free.CurrentCount;

    /// <summary>
    /// Bytes of the largest message that the server takes, by its last EHLO; null where it did not say, or was not asked yet.
    /// </summary>
    public long? MaxMessageBytes => _habits.MaxMessageBytes;

    /// <summary>Waits for a free one.</summary>
    public async ValueTask<SmtpConnection> RentAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return Pop();
    }

    /// <summary>A free one; null where there is none.</summary>
    public SmtpConnection? TryRent() => _free.Wait(0) ? Pop() : null;

    /// <summary>
    /// Connects and logs in without an e-mail, to see whether the server would have this sender. Where it would, the
    /// attempt got as far as MAIL FROM and met no trouble.
    /// </summary>
    public async Task<DeliveryAttempt> ProbeAsync(CancellationToken cancellationToken)
    {
        var connection = await RentAsync(cancellationToken);
        try
        {
            return await connection.ProbeAsync(cancellationToken);
        }
        finally
        {
            Return(connection);
        }
    }

    /// <summary>Gives one back.</summary>
    public void Return(SmtpConnection connection)
    {
        if (connection.IsAside)
        {
            _ = SetAsideAsync(connection);
            return;
        }

        PutBack(connection);
        if (_closed)
            _ = CloseIdleAsync(stale: false);
    }

    /// <summary>The server took an e-mail over a connection.</summary>
    public void Served(SmtpConnection connection) => _crowding.Served(connection);

    /// <summary>The server refused a connection that is in use, since it takes fewer. It is set aside when it is given back.</summary>
    /// <returns>Whether the others go on.</returns>
    public bool GoOnWithout(SmtpConnection connection) => _crowding.GoesOnWithout(connection);

    /// <summary>Says QUIT on those that are idle, bounded by a few seconds; those in use follow when they are given back.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _staleness.DisposeAsync();
        _crowding.Dispose();
        _tokens?.Dispose();
        await CloseIdleAsync(stale: false);
    }

    // Closed first: it counts at the server as long as it is open.
    private async Task SetAsideAsync(SmtpConnection connection)
    {
        await connection.DisposeAsync();
        _crowding.Keep(connection);
    }

    private SmtpConnection Pop() => _idle.TryPop(out var connection)
        ? connection
        : throw new InvalidOperationException("a connection was given back twice");

    // A rented connection is nobody else's, so those to be closed are rented, and the others are back within microseconds.
    private async Task CloseIdleAsync(bool stale)
    {
        var rented = new Stack<SmtpConnection>();
        while (TryRent() is { } free)
            rented.Push(free);
        var closing = new List<SmtpConnection>();
        foreach (var connection in rented)
        {
            if (!stale || connection.IsStale)
                closing.Add(connection);
            else
                PutBack(connection);
        }

        await Task.WhenAll(closing.Select(async connection =>
        {
            await connection.DisposeAsync();
            PutBack(connection);
        }));
    }

    private void PutBack(SmtpConnection connection)
    {
        _idle.Push(connection);
        _free.Release();
    }
}
