using Mail.SenderService.Claiming;
using Mail.SenderService.Rates;
using PostgresScheduler;

namespace Mail.SenderService.Receiving;

/// <summary>Waits until the e-mails of a batch may be sent: under the pace that was learned, and under the rate limit.</summary>
public sealed class BatchTurns(
    WaitingEmails waiting, Claims claims, RateLimit rate, LearnedPace pace, SenderStatus status, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<BatchTurns> logger)
{
    /// <summary>How long a turn under a learned pace is waited for, with the e-mails at hand. For longer than that they go back.</summary>
    internal static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits for turns under the learned pace. What gets none goes round again.</summary>
    internal async Task<(bool IsPaced, int Count)> TakePaceAsync(List<WaitingEmail> wanted)
    {
        var count = pace.Take(wanted.Count, out var isPaced, out var wait);
        while (count == 0 && wait <= LongestTurn && claims.MayClaim)
        {
            await Task.Delay(wait, time, CancellationToken.None);
            count = pace.Take(wanted.Count, out isPaced, out wait);
        }

        if (count == 0 && wait > LongestTurn)
            status.Rest(wait);
        waiting.PutBack(wanted[count..]);
        wanted.RemoveRange(count, wanted.Count - count);
        return (isPaced, count);
    }

    /// <summary>
    /// Waits for the turn of what is wanted under the rate limit; null if it doesn't come, and what is still wanted goes round again.
    /// </summary>
    internal async Task<RateLimit.Slots?> TakeSlotsAsync(List<WaitingEmail> wanted)
    {
        try
        {
            using var stopping = Stopping.Detach(lifetime.ApplicationStopping);
            if (rate.IsLimited)
            {
                var stale = await claims.StaleAsync(wanted, stopping.Token).WaitAsync(lifetime.ApplicationStopping);
                wanted.RemoveAll(stale.Contains);
                claims.Complete(stale);
            }

            if (wanted.Count == 0)
                return null;
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
