using System.Diagnostics;
using System.Threading.Channels;
using Mail.Hosting;
using Mail.SenderService.Smtp;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService;

/// <summary>
/// Claims e-mails just in time: never more than there are free connections, so that a killed sender leaves at most that
/// many in doubt; and in batches, so that a claim costs a round trip for all of them.
/// </summary>
public sealed class SendBatch(
    NpgsqlDataSource dataSource, SmtpConnections connections, SmtpOptions smtp, OutcomeLog outcomes, SenderStatus status, Heartbeat heartbeat, RateLimit rate,
    Outbox outbox, RetryPolicy retry, Instance instance, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SendBatch> logger) : BackgroundService
{
    // Longer than any healthy claim takes; past it the answer is ignored and the batch given back.
    private static readonly TimeSpan _claimTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(2);

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();
    // One claim is on its way to the database while the e-mails of another are with the server; more would make them small.
    private readonly SemaphoreSlim _claims = new(2);
    private readonly List<Task> _running = [];

    // Not while stopping: what the bus still holds then goes to other senders.
    private bool MayClaim => status.Current.Name == SenderState.Ready && heartbeat.IsFresh && !lifetime.ApplicationStopping.IsCancellationRequested;

    private sealed record Waiting(Guid EmailId, TaskCompletionSource Done);

    /// <summary>Completes when the e-mail's outcome is written, or when there was nothing to do for it.</summary>
    public Task SendAsync(Guid emailId)
    {
        var waiting = new Waiting(emailId, new(TaskCreationOptions.RunContinuationsAsynchronously));
        // Closed only while stopping; the wake-up then stays unacknowledged and goes to another sender.
        return _waiting.Writer.TryWrite(waiting) ? waiting.Done.Task : Task.FromCanceled(new CancellationToken(canceled: true));
    }

    /// <summary>Lets the conversations under way end, hands back the rest unclaimed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Claims under way may yet put their wake-ups back.
        await Task.WhenAll(_running);
        _waiting.Writer.TryComplete();
        await HandBackAsync(Drain(int.MaxValue));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                if (MayClaim && await RentAsync() is { } connection)
                    await RunOnceAsync(connection);
                else
                    await HandBackAsync(Drain(int.MaxValue));
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
            if (MayClaim)
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

    /// <summary>One claim, for as many e-mails as there are connections free with this one, or about to be. It goes on by itself.</summary>
    private async Task RunOnceAsync(SmtpConnection connection)
    {
        var rented = new Stack<SmtpConnection>([connection]);
        // While more is waiting than connections are free, the others are worth a moment's wait: a claim of half of them costs
        // hardly more than a claim of one.
        var together = Math.Min(_waiting.Reader.Count, connections.All / 2);
        while (rented.Count < together && await connections.RentAsync(_gather) is { } another)
            rented.Push(another);
        var wanted = Drain(Math.Min(rented.Count + connections.Free, rate.MostAtOnce));
        // Free as they are, these are had at once.
        while (rented.Count < wanted.Count)
            rented.Push(await connections.RentAsync(CancellationToken.None));
        _running.RemoveAll(run => run.IsCompleted);
        _running.Add(ClaimAndConverseAsync(wanted, rented));
    }

    private async Task ClaimAndConverseAsync(List<Waiting> wanted, Stack<SmtpConnection> rented)
    {
        var conversations = new List<Task>();
        try
        {
            var slots = await TakeSlotsAsync(wanted);
            var before = Stopwatch.GetTimestamp();
            foreach (var claimed in await ClaimAsync(wanted))
            {
                var waiting = wanted.First(candidate => candidate.EmailId == claimed.Email.Id);
                wanted.Remove(waiting);
                conversations.Add(ConverseAsync(claimed, waiting, rented.Pop(), before, slots?.NextAsync() ?? Task.CompletedTask));
            }
        }
        finally
        {
            _claims.Release();
        }

        foreach (var spare in rented)
            connections.Return(spare);
        // Stale: not pending, not due, held, or someone else's. Whoever made it so sees to its next wake-up.
        foreach (var stale in wanted)
            stale.Done.TrySetResult();
        await Task.WhenAll(conversations);
    }

    /// <summary>Waits for the turn of what is wanted, where there is a limit; nothing is wanted any more if it doesn't come.</summary>
    private async Task<RateLimit.Slots?> TakeSlotsAsync(List<Waiting> wanted)
    {
        try
        {
            var slots = await rate.WaitAsync(wanted.Count, lifetime.ApplicationStopping);
            if (MayClaim)
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

        PutBack(wanted);
        return null;
    }

    private async Task<List<ClaimedEmail>> ClaimAsync(List<Waiting> wanted)
    {
        if (wanted.Count == 0)
            return [];
        var claim = new Claim(heartbeat.Sender, Guid.CreateVersion7(), instance.Name, instance.Installation);
        // Not stopped with the service: a claim that was sent may land, and its answer says so.
        using var timeout = new CancellationTokenSource(_claimTimeout, time);
        var asked = false;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(timeout.Token);
            asked = true;
            if (await Transitions.ClaimAsync(connection, claim, [.. wanted.Select(waiting => waiting.EmailId)], now: null, timeout.Token) is { } claimed)
                return claimed;
        }
        catch (Exception exception)
        {
            logger.ClaimLost(exception, wanted.Count);
            if (asked)
                outcomes.GiveBack(claim.Batch);
        }

        // The wake-ups go round again: most likely nothing was claimed, or nothing may be until someone vouches for the database.
        await Task.Delay(_pause, time, CancellationToken.None);
        PutBack(wanted);
        return [];
    }

    private void PutBack(List<Waiting> wanted)
    {
        foreach (var waiting in wanted)
            _waiting.Writer.TryWrite(waiting);
        wanted.Clear();
    }

    private async Task ConverseAsync(ClaimedEmail claimed, Waiting waiting, SmtpConnection connection, long beforeClaim, Task turn)
    {
        // The claim says whose the e-mail is, so its wake-up has done its work. While stopping it is acknowledged at once: until
        // all are, MassTransit keeps back those that came while it was closing the queue, and no other sender gets them.
        await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(static done => ((TaskCompletionSource)done!).TrySetResult(), waiting.Done);
        var started = Stopwatch.GetTimestamp();
        await turn;
        var email = new OutgoingEmail(
            claimed.Email.Id, claimed.Email.To, claimed.Email.Cc, claimed.Email.Bcc, claimed.Email.ReplyTo, claimed.Email.Subject,
            claimed.Body.Text, claimed.Body.Html, claimed.Email.Headers);
        logger.Attempting(claimed.Email, smtp);
        var evidence = await connection.HandOverAsync(email, claimed.At, () => heartbeat.HasHeldSince(beforeClaim));
        var outcome = Outcome.Of(evidence, smtp);
        if (outcome is Outcome.SenderBlocked blocked)
            status.Block(blocked.Error, blocked.Reason);
        else if (outcome is Outcome.Sent)
            status.Delivered();

        // The claim's time is the database's; what has passed since is measured, so that one clock judges it all.
        var now = claimed.At + Stopwatch.GetElapsedTime(started);
        logger.Outcome(claimed.Email, outcome);
        var move = OutcomeMove.Of(claimed, outcome, now, MessageBuilder.MessageId(claimed.Email.Id, smtp.FromEmail!), retry, Random.Shared.NextDouble(), instance.Name);
        await outcomes.RecordAsync(move);
        // Only now: an e-mail whose outcome is not written yet is in doubt if this process dies, as one in conversation is.
        connections.Return(connection);
        waiting.Done.TrySetResult();
    }

    private List<Waiting> Drain(int most)
    {
        var taken = new List<Waiting>();
        while (taken.Count < most && _waiting.Reader.TryRead(out var waiting))
        {
            // A doubled wake-up: the first one sees to the e-mail.
            if (taken.Exists(other => other.EmailId == waiting.EmailId))
                waiting.Done.TrySetResult();
            else
                taken.Add(waiting);
        }

        return taken;
    }

    /// <summary>
    /// Sends wake-ups round again by way of the timer table, where any sender may take them. If that fails they stay
    /// unacknowledged, and the broker hands them out again.
    /// </summary>
    private async Task HandBackAsync(List<Waiting> waiting)
    {
        if (waiting.Count == 0)
            return;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync();
            await outbox.WakeAsync(connection, waiting.Select(each => (each.EmailId, DateTimeOffset.UnixEpoch)), CancellationToken.None);
            foreach (var each in waiting)
                each.Done.TrySetResult();
        }
        catch (Exception exception)
        {
            logger.HandBackFailed(exception, waiting.Count);
            foreach (var each in waiting)
                each.Done.TrySetException(exception);
        }
    }
}
