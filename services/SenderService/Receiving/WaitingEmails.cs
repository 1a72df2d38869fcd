using System.Diagnostics;
using System.Threading.Channels;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Receiving;

/// <summary>An e-mail whose wake-up has come, and is not acknowledged yet.</summary>
/// <param name="emailId">The e-mail.</param>
/// <param name="wokenBy">The span that the wake-up was consumed in.</param>
public sealed class WaitingEmail(Guid emailId, ActivityContext wokenBy)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The e-mail.</summary>
    public Guid EmailId => emailId;

    /// <summary>The span that the wake-up was consumed in.</summary>
    public ActivityContext WokenBy => wokenBy;

    /// <summary>Completes when the wake-up may be acknowledged; fails where the broker is to hand it out again.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether a claim that waits for no lock has skipped it. Only a claim that waits can tell whether it is stale.</summary>
    public bool PassedBy { get; set; }

    /// <summary>The wake-up has done its work.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>The wake-up could not be seen to.</summary>
    public void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>The e-mails that this sender was woken for and has not claimed yet.</summary>
public sealed class WaitingEmails(NpgsqlDataSource dataSource, Outbox outbox, TimeProvider time, ILogger<WaitingEmails> logger)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // A database that stalls must not keep a service from stopping in time.
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly Channel<WaitingEmail> _waiting = Channel.CreateUnbounded<WaitingEmail>();

    /// <summary>Completes when the e-mail's outcome is written, or when there was nothing to do for it.</summary>
    public Task AddAsync(Guid emailId)
    {
        var email = new WaitingEmail(emailId, Activity.Current?.Context ?? default);
        // Closed only while stopping; the wake-up then stays unacknowledged and goes to another sender.
        return _waiting.Writer.TryWrite(email) ? email.Done : Task.FromCanceled(new CancellationToken(canceled: true));
    }

    /// <summary>Completes when there is one.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes so many at the most, no two of the same e-mail.</summary>
    public List<WaitingEmail> Take(int most) => Take(most, passedBy: true);

    /// <summary>Takes so many at the most of those that lie before the first one that was passed by.</summary>
    public List<WaitingEmail> TakeFresh(int most) => Take(most, passedBy: false);

    /// <summary>Takes one that is none of those, if there is one; the others keep their places behind it.</summary>
    public WaitingEmail? TakeOther(Func<Guid, bool> isOneOfThose)
    {
        var passed = new List<WaitingEmail>();
        WaitingEmail? found = null;
        while (found is null && _waiting.Reader.TryRead(out var next))
        {
            if (isOneOfThose(next.EmailId))
                passed.Add(next);
            else
                found = next;
        }

        PutBack(passed);
        return found;
    }

    /// <summary>They go round again.</summary>
    public void PutBack(IEnumerable<WaitingEmail> emails)
    {
        foreach (var each in emails)
        {
            // Closed only while stopping; the broker then hands the wake-up to another sender.
            if (!_waiting.Writer.TryWrite(each))
                each.Fail(new OperationCanceledException("The service is stopping."));
        }
    }

    /// <summary>
    /// Sends all round again by way of the timer table, where any sender may take them. If that fails, since the database is away, they
    /// wait here for the next try, and the broker keeps them for the case that this process dies; a service that stops gives them back
    /// to the broker instead.
    /// </summary>
    /// <param name="stopping">Whether there is no next try.</param>
    public async Task HandBackAsync(bool stopping)
    {
        var all = Take(int.MaxValue);
        if (all.Count == 0)
            return;
        try
        {
            using var timeout = new CancellationTokenSource(_timeout, time);
            await using var connection = await dataSource.OpenConnectionAsync(timeout.Token);
            await outbox.WakeNowAsync(connection, all.Select(each => each.EmailId), timeout.Token);
            all.ForEach(each => each.Complete());
        }
        catch (Exception exception)
        {
            logger.HandBackFailed(exception, all.Count);
            if (stopping)
            {
                all.ForEach(each => each.Fail(exception));
                return;
            }

            await Task.Delay(_pause, time, CancellationToken.None);
            PutBack(all);
        }
    }

    /// <summary>Takes no more, and hands back what there is.</summary>
    public Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        return HandBackAsync(stopping: true);
    }

    private List<WaitingEmail> Take(int most, bool passedBy)
    {
        var taken = new List<WaitingEmail>();
        while (taken.Count < most && _waiting.Reader.TryPeek(out var next) && (passedBy || !next.PassedBy)
            && _waiting.Reader.TryRead(out var email))
        {
            // A doubled wake-up: the first one sees to the e-mail.
            if (taken.Exists(other => other.EmailId == email.EmailId))
                email.Complete();
            else
                taken.Add(email);
        }

        return taken;
    }
}
