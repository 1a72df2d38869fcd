using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mail.Hosting;
using Mail.SenderService.Rates;
using Mail.SenderService.Receiving;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Claiming;

/// <summary>What a connection is to hand over next.</summary>
/// <param name="Claimed">The e-mail.</param>
/// <param name="Waiting">Its wake-up, to be completed with its outcome.</param>
/// <param name="BeforeClaim">A <see cref="Stopwatch"/> timestamp of before the claim.</param>
public sealed record Assignment(ClaimedEmail Claimed, WaitingEmail Waiting, long BeforeClaim);

/// <summary>Claims the e-mails of wake-ups, a round trip for all of them. The caller has a connection for each.</summary>
public sealed class Claims(
    NpgsqlDataSource dataSource, WaitingEmails waiting, LostClaims lost, SenderStatus status, Heartbeat heartbeat, RateLimit rate,
    LearnedPace pace, Instance instance, DatabaseClock clock, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Claims> logger)
{
    // Longer than any healthy claim takes; past it the answer is ignored and the batch given back.
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // For the rows that someone else has locked: a save or an erasure is done with them in a moment.
    private static readonly TimeSpan _shortPause = TimeSpan.FromMilliseconds(100);

    private static readonly Meter _meter = new("Mail");
    private static readonly Histogram<double> _duration = _meter.CreateHistogram<double>(
        "mail.claim.duration", "s", "How long claims took, with the outcomes that were written in the same round trip",
        advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    private static readonly Counter<long> _asked = _meter.CreateCounter<long>(
        "mail.claims", "{email}",
        "E-mails that wake-ups named, by what came of it: claimed, or stale, which is one that was not to be sent, or not any more");

    /// <summary>Not while stopping: what the bus still holds then goes to other senders.</summary>
    public bool MayClaim => status.Current.TakesMail && heartbeat.IsFresh && !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>
    /// Claims, and waits for nobody. An e-mail that someone else has locked goes round again; any other wake-up that gets nothing is
    /// stale, and done.
    /// </summary>
    public async Task<List<Assignment>> ClaimAsync(List<WaitingEmail> wanted)
    {
        var (claim, before, asked) = (NewClaim(), Stopwatch.GetTimestamp(), false);
        // Not stopped with the service: a claim that was sent may land, and its answer says so.
        using var timeout = new CancellationTokenSource(_timeout, time);
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(timeout.Token);
            asked = true;
            if (await EmailClaims.ClaimAsync(connection, claim, Ids(wanted), now: null, timeout.Token) is { } claimed)
            {
                var assignments = Assign(claimed.Emails, wanted, before);
                var locked = wanted.FindAll(each => claimed.Locked.Contains(each.EmailId));
                wanted.RemoveAll(locked.Contains);
                Complete(wanted);
                await AgainAsync(locked, assignments.Count == 0 ? _shortPause : TimeSpan.Zero);
                return assignments;
            }
        }
        catch (PostgresException exception)
        {
            // The database has answered: nothing was claimed.
            logger.ClaimFailed(exception, wanted.Count);
        }
        catch (Exception exception)
        {
            logger.ClaimLost(exception, wanted.Count);
            if (asked)
                lost.Abandon(claim.Batch);
        }

        // The wake-ups go round again: most likely nothing was claimed, or nothing may be until someone vouches for the database.
        await AgainAsync(wanted, _pause);
        return [];
    }

    /// <summary>
    /// Finds the wake-ups that a claim would find stale, such as that of a cancelled e-mail: under <c>SMTP_RATE</c> each would use up a
    /// turn, and those behind it would go out later than they could.
    /// </summary>
    public async Task<List<WaitingEmail>> StaleAsync(IReadOnlyCollection<WaitingEmail> wanted, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var claimable = await EmailClaims.ClaimableAsync(
            connection, instance.Installation, [.. wanted.Select(each => each.EmailId)], cancellationToken);
        return claimable is null ? [] : [.. wanted.Where(each => !claimable.Contains(each.EmailId))];
    }

    /// <summary>
    /// Completes stale wake-ups: not pending, not due, held, or someone else's. Whoever made it so sees to the e-mail's next wake-up.
    /// </summary>
    public void Complete(List<WaitingEmail> stale)
    {
        _asked.Add(stale.Count, new KeyValuePair<string, object?>("outcome", "stale"));
        stale.ForEach(each => each.Complete());
    }

    private async Task AgainAsync(List<WaitingEmail> emails, TimeSpan pause)
    {
        if (emails.Count == 0)
            return;
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, time, CancellationToken.None);
        waiting.PutBack(emails);
    }

    /// <summary>
    /// Writes outcomes and, in the same transaction, claims for the connections that they set free. It waits for nobody: an
    /// outcome must not stand in line behind an e-mail that a large save is about to move.
    /// </summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="outcomes">The outcomes, each with its claim's batch.</param>
    /// <param name="mayClaim">Whether there are connections for more.</param>
    /// <returns>As many as there are outcomes, or fewer.</returns>
    /// <exception cref="NpgsqlException">Nothing is known to be written; what was wanted goes round again.</exception>
    public async Task<List<Assignment>> RecordAndClaimAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(Guid Batch, EmailTransition Move)> outcomes, bool mayClaim)
    {
        // What is limited takes its turn before its claim.
        var wanted = mayClaim && MayClaim && !IsLimited ? waiting.TakeFresh(outcomes.Count) : [];
        if (wanted.Count == 0)
        {
            await AttemptOutcomes.RecordAsync(connection, heartbeat.Sender, outcomes, CancellationToken.None);
            return [];
        }

        var (claim, before) = (NewClaim(), Stopwatch.GetTimestamp());
        using var timeout = new CancellationTokenSource(_timeout, time);
        try
        {
            return Assign(
                await EmailClaims.RecordAndClaimAsync(connection, outcomes, claim, Ids(wanted), now: null, timeout.Token), wanted, before);
        }
        catch
        {
            lost.Abandon(claim.Batch);
            throw;
        }
        finally
        {
            wanted.ForEach(left => left.PassedBy = true);
            waiting.PutBack(wanted);
        }
    }

    private bool IsLimited => rate.IsLimited || pace.IsLimited || status.Current.IsProbing;

    private Claim NewClaim() => new(heartbeat.Sender, Guid.CreateVersion7(), instance.Name, instance.Installation);

    private static List<Guid> Ids(List<WaitingEmail> wanted) => wanted.ConvertAll(each => each.EmailId);

    // What was claimed is wanted no more.
    private List<Assignment> Assign(List<ClaimedEmail> claimed, List<WaitingEmail> wanted, long before)
    {
        _duration.Record(Stopwatch.GetElapsedTime(before).TotalSeconds);
        if (claimed.Count > 0)
            clock.Learn(before, claimed[0].At);
        _asked.Add(claimed.Count, new KeyValuePair<string, object?>("outcome", "claimed"));
        return claimed.ConvertAll(each =>
        {
            var email = wanted.Find(candidate => candidate.EmailId == each.Email.Id)!;
            wanted.Remove(email);
            return new Assignment(each, email, before);
        });
    }
}
