using Mail.SenderService.Smtp;
using PostgresScheduler;

namespace Mail.SenderService;

/// <summary>
/// Claims e-mails just in time for the connections that are free: never more than those, so that a killed sender leaves at
/// most that many in doubt. Busy connections get their next e-mail with their last outcome (<see cref="OutcomeLog"/>).
/// </summary>
public sealed class SendBatch(
    WaitingEmails waiting, Claims claims, SmtpConnections connections, Conversations conversations, RateLimit rate, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SendBatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // One claim is on its way to the database while the e-mails of another are with the server; more would make them small.
    private readonly SemaphoreSlim _claims = new(2);
    private readonly List<Task> _running = [];

    /// <summary>Lets the conversations under way end, hands back the rest unclaimed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Claims under way may yet put their wake-ups back. The host's patience ends the wait for a database that stays away, and for a
        // server that stalls.
        await Task.WhenAll(_running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Stopping.RunAsync(_ => waiting.CloseAsync(), cancellationToken, TimeSpan.Zero);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.WaitAsync(stoppingToken))
            {
                if (claims.MayClaim && await RentAsync() is { } connection)
                    Start(connection);
                else
                    await waiting.HandBackAsync(lifetime.ApplicationStopping.IsCancellationRequested);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>
    /// Waits until there is a connection, and a claim may be made, for it. Null where meanwhile there is nothing to claim:
    /// what waits is for other senders.
    /// </summary>
    private async Task<SmtpConnection?> RentAsync()
    {
        try
        {
            await _claims.WaitAsync(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        try
        {
            var connection = await connections.RentAsync(lifetime.ApplicationStopping);
            if (claims.MayClaim)
                return connection;
            connections.Return(connection);
        }
        catch (OperationCanceledException)
        {
            // Stopping, and every conversation may yet take its time.
        }

        _claims.Release();
        return null;
    }

    /// <summary>One claim, for as many e-mails as there are connections free with this one. It goes on by itself.</summary>
    private void Start(SmtpConnection connection)
    {
        var rented = new Stack<SmtpConnection>([connection]);
        while (rented.Count < rate.MostAtOnce && connections.TryRent() is { } another)
            rented.Push(another);
        var wanted = waiting.Take(rented.Count);
        _running.RemoveAll(run => run.IsCompleted);
        _running.Add(ClaimAndConverseAsync(wanted, rented));
    }

    private async Task ClaimAndConverseAsync(List<WaitingEmail> wanted, Stack<SmtpConnection> rented)
    {
        var running = new List<Task>();
        try
        {
            while (rented.Count > wanted.Count)
                connections.Return(rented.Pop());
            if (wanted.Count > 0 && await TakeSlotsAsync(wanted) is { } slots)
                running = (await claims.ClaimAsync(wanted)).ConvertAll(assignment => conversations.RunAsync(assignment, rented.Pop(), slots.NextAsync()));
        }
        finally
        {
            _claims.Release();
        }

        foreach (var spare in rented)
            connections.Return(spare);
        await Task.WhenAll(running);
    }

    /// <summary>Waits for the turn of what is wanted; null if it doesn't come, and what was wanted goes round again.</summary>
    private async Task<RateLimit.Slots?> TakeSlotsAsync(List<WaitingEmail> wanted)
    {
        try
        {
            using var stopping = Stopping.Detach(lifetime.ApplicationStopping);
            var slots = await rate.WaitAsync(wanted.Count, stopping.Token).WaitAsync(lifetime.ApplicationStopping);
            if (claims.MayClaim)
                return slots;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.NoSlots(exception, wanted.Count);
            await Task.Delay(_pause, time, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }

        waiting.PutBack(wanted);
        return null;
    }
}
