using System.Diagnostics;
using Mail.Hosting;
using Mail.SenderService.Rates;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Settings;
using Mail.Store;
using Marten;
using Npgsql;
using PostgresScheduler;

namespace Mail.SenderService.Claiming;

/// <summary>
/// Says every few seconds, and at each change, that this sender lives and what it can do. Its claims hang on it: a sender
/// that has not been heard from for 30 s has lost them.
/// </summary>
public sealed class Heartbeat(
    IDocumentStore store, NpgsqlDataSource dataSource, DatabaseClock clock, SmtpOptions smtp, SenderStatus status,
    SmtpConnections connections, LearnedPace pace, DeliveryTimes times, Instance instance, IConfiguration configuration, TimeProvider time,
    ILogger<Heartbeat> logger)
    : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(3);

    // Well before the claims are given up at 30 s: past this nothing more may reach a server.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private long _renewedAt = long.MinValue;
    private long _freshSince = long.MaxValue;
    private string? _told;

    /// <summary>This process, among all that ever were: claims carry it.</summary>
    public Guid Sender { get; } = Guid.CreateVersion7();

    /// <summary>Whether this sender may still trust its claims, by a clock that goes on while the process is stopped.</summary>
    public bool IsFresh => Volatile.Read(ref _renewedAt) is var at && at != long.MinValue && Stopwatch.GetElapsedTime(at) < _fresh;

    /// <summary>
    /// Whether claims made at that time are still this sender's. A heartbeat that has lapsed since may be fresh again, and
    /// the claims were given up all the same.
    /// </summary>
    /// <param name="timestamp">From <see cref="Stopwatch.GetTimestamp"/>, before the claim.</param>
    public bool HasHeldSince(long timestamp) => IsFresh && Volatile.Read(ref _freshSince) <= timestamp;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Nothing is taken before the first. A database that is away then is waited for, as it is later.
        await Stopping.RunAsync(FirstAsync, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Gone at once, and not in 15 seconds; if it can't be said within a few, they pass.
        using var soon = new CancellationTokenSource(Stopping.Patience, time);
        await Stopping.RunAsync(SayFarewellAsync, soon.Token, TimeSpan.Zero);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = status.Changed;
            if (await TryRenewAsync(stoppingToken))
                await Task.WhenAny(changed, Task.Delay(_interval, time, stoppingToken));
            else
                await Task.Delay(_again, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FirstAsync(CancellationToken cancellationToken)
    {
        while (!await TryRenewAsync(cancellationToken))
            await Task.Delay(_again, time, cancellationToken);
    }

    private async Task SayFarewellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var session = store.LightweightSession();
            session.Delete<Sender>(Sender);
            await session.SaveChangesAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            logger.HeartbeatFailed(exception);
        }
    }

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(cancellationToken);
            return true;
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
                logger.HeartbeatFailed(exception);
            return false;
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        // Taken before the write: the claims' life is counted from when the database says so, which is later.
        var at = Stopwatch.GetTimestamp();
        var current = status.Current;
        await using var session = store.LightweightSession();
        session.Store(new Sender
        {
            Id = Sender,
            Instance = instance.Name,
            Configured = status.IsConfigured,
            Missing = status.Missing,
            Invalid = status.Invalid,
            Variables = SmtpVariables.Names.ToDictionary(
                name => name, name => !string.IsNullOrEmpty(configuration[name]), StringComparer.Ordinal),
            Effective = smtp.Effective(),
            State = current.Name,
            Reason = current.Blocked?.Reason,
            Reply = current.Blocked?.Reply,
            Hint = current.Blocked?.Hint,
            MaxMessageBytes = connections.MaxMessageBytes,
            Pace = new(smtp.Account, smtp.Rate, pace.PerSecond, smtp.MaxConnections, times.Seconds),
        });
        if (current.Name != _told && current.Name is (SenderState.Ready or SenderState.Blocked))
        {
            SystemEvents.SenderChanged(
                session, current.Name == SenderState.Ready, instance.Name,
                current.Blocked is { } blocked ? StageClock.Name(blocked.Stage) : null);
        }

        await session.SaveChangesAsync(cancellationToken);
        _told = current.Name;
        // Claims of before the write are not certain to have lived through the gap.
        if (!IsFresh)
            Volatile.Write(ref _freshSince, Stopwatch.GetTimestamp());
        Volatile.Write(ref _renewedAt, at);
        await clock.AskAsync(dataSource, cancellationToken);
    }
}
