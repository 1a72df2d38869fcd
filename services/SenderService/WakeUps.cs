using System.Threading.Channels;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService;

/// <summary>A wake-up of one e-mail, from the queue.</summary>
/// <param name="EmailId">The e-mail.</param>
public sealed record WakeUp(Guid EmailId)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the wake-up may be acknowledged; fails where the broker is to hand it out again.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether a claim that waits for nobody has passed it by: only one that waits can tell whether it is stale.</summary>
    public bool PassedBy { get; set; }

    /// <summary>It has done its work.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>It could not be seen to.</summary>
    public void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>The wake-ups that this sender was handed and has not claimed the e-mails of.</summary>
public sealed class WakeUps(NpgsqlDataSource dataSource, Outbox outbox, ILogger<WakeUps> logger)
{
    private readonly Channel<WakeUp> _waiting = Channel.CreateUnbounded<WakeUp>();

    /// <summary>Completes when the e-mail's outcome is written, or when there was nothing to do for it.</summary>
    public Task AddAsync(Guid emailId)
    {
        var wakeUp = new WakeUp(emailId);
        // Closed only while stopping; the wake-up then stays unacknowledged and goes to another sender.
        return _waiting.Writer.TryWrite(wakeUp) ? wakeUp.Done : Task.FromCanceled(new CancellationToken(canceled: true));
    }

    /// <summary>Completes when there is one.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes so many at the most, no two of the same e-mail.</summary>
    public List<WakeUp> Take(int most) => Take(most, passedBy: true);

    /// <summary>Takes so many at the most of those that lie before the first one that was passed by.</summary>
    public List<WakeUp> TakeFresh(int most) => Take(most, passedBy: false);

    /// <summary>They go round again.</summary>
    public void PutBack(IEnumerable<WakeUp> wakeUps)
    {
        foreach (var wakeUp in wakeUps)
            _waiting.Writer.TryWrite(wakeUp);
    }

    /// <summary>
    /// Sends all round again by way of the timer table, where any sender may take them. If that fails they stay
    /// unacknowledged, and the broker hands them out again.
    /// </summary>
    public async Task HandBackAsync()
    {
        var all = Take(int.MaxValue);
        if (all.Count == 0)
            return;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync();
            await outbox.WakeAsync(connection, all.Select(wakeUp => (wakeUp.EmailId, DateTimeOffset.UnixEpoch)), CancellationToken.None);
            all.ForEach(wakeUp => wakeUp.Complete());
        }
        catch (Exception exception)
        {
            logger.HandBackFailed(exception, all.Count);
            all.ForEach(wakeUp => wakeUp.Fail(exception));
        }
    }

    /// <summary>Takes no more, and hands back what there is.</summary>
    public Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        return HandBackAsync();
    }

    private List<WakeUp> Take(int most, bool passedBy)
    {
        var taken = new List<WakeUp>();
        while (taken.Count < most && _waiting.Reader.TryPeek(out var next) && (passedBy || !next.PassedBy) && _waiting.Reader.TryRead(out var wakeUp))
        {
            // A doubled wake-up: the first one sees to the e-mail.
            if (taken.Exists(other => other.EmailId == wakeUp.EmailId))
                wakeUp.Complete();
            else
                taken.Add(wakeUp);
        }

        return taken;
    }
}
