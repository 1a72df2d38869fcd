using Mail.SenderService.Claiming;
using Mail.SenderService.Rates;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Connections;
using PostgresScheduler;

namespace Mail.SenderService.Receiving;

/// <summary>
/// Claims e-mails just in time for the connections that are free: never more than those, so that a killed sender leaves at
/// most that many in doubt. Busy connections get their next e-mail with their last outcome (<see cref="OutcomeWriter"/>).
/// </summary>
public sealed class SendBatch(
    WaitingEmails waiting, Claims claims, SmtpConnections connections, Conversations conversations, RateLimit rate, LearnedPace pace,
    BatchTurns turns, SenderStatus status, SecondOpinion opinion, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    // As long as the broker takes to hand out what it has.
    private static readonly TimeSpan _others = TimeSpan.FromMilliseconds(300);

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
                var turn = await TurnAsync();
                if (turn != SendingTurn.None && claims.MayClaim && await RentAsync() is { } connection)
                {
                    await StartAsync(connection, turn == SendingTurn.Probe);
                    continue;
                }

                if (turn == SendingTurn.Probe)
                    status.EndProbe();
                await waiting.HandBackAsync(lifetime.ApplicationStopping.IsCancellationRequested);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<SendingTurn> TurnAsync()
    {
        try
        {
            return await status.WaitForTurnAsync(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            return SendingTurn.None;
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
    private async Task StartAsync(SmtpConnection connection, bool isProbe)
    {
        var rented = new Stack<SmtpConnection>([connection]);
        while (!isProbe && rented.Count < rate.MaxAtOnce && connections.TryRent() is { } another)
            rented.Push(another);
        var wanted = isProbe ? await TakeForProbeAsync() : waiting.Take(rented.Count);
        _running.RemoveAll(run => run.IsCompleted);
        _running.Add(isProbe ? ProbeAsync(wanted, rented) : ClaimAndConverseAsync(wanted, rented));
    }

    // A second opinion: one that was not refused before, if there is one or comes in a moment.
    private async Task<List<WaitingEmail>> TakeForProbeAsync()
    {
        var other = waiting.TakeOther(opinion.IsSuspect);
        if (other is null)
        {
            await Task.Delay(_others, time, CancellationToken.None);
            other = waiting.TakeOther(opinion.IsSuspect);
        }

        return other is null ? waiting.Take(1) : [other];
    }

    private async Task ProbeAsync(List<WaitingEmail> wanted, Stack<SmtpConnection> rented)
    {
        try
        {
            await ClaimAndConverseAsync(wanted, rented);
        }
        finally
        {
            status.EndProbe();
        }
    }

    private async Task ClaimAndConverseAsync(List<WaitingEmail> wanted, Stack<SmtpConnection> rented)
    {
        var running = new List<Task>();
        try
        {
            while (rented.Count > wanted.Count)
                connections.Return(rented.Pop());
            if (wanted.Count > 0 && await turns.TakePaceAsync(wanted) is var (isPaced, count) && count > 0)
            {
                var slots = await turns.TakeSlotsAsync(wanted);
                var claimed = slots is null ? [] : await claims.ClaimAsync(wanted);
                for (var unused = claimed.Count; isPaced && unused < count; unused++)
                    pace.Ended(taken: true, accepted: false);
                running = claimed.ConvertAll(assignment => conversations.RunAsync(assignment, rented.Pop(), slots!.NextAsync(), isPaced));
            }
        }
        finally
        {
            _claims.Release();
        }

        foreach (var spare in rented)
            connections.Return(spare);
        await Task.WhenAll(running);
    }
}
