using Mail.SenderService.Smtp.Settings;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Rates;

/// <summary>
/// <c>SMTP_RATE</c>: e-mails a second over all senders of the account. A round trip takes the slots of a whole claim, and
/// is made before it: what waits for its turn is still pending, and may be cancelled.
/// </summary>
public sealed class RateLimit(NpgsqlDataSource dataSource, SmtpOptions smtp, TimeProvider time)
{
    // The claimed ones of a batch wait for their slots, and a sender that dies meanwhile leaves them in doubt.
    private static readonly TimeSpan _longestBatch = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _slot = smtp.Rate is { } rate ? TimeSpan.FromSeconds(1 / rate) : TimeSpan.Zero;

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => _slot > TimeSpan.Zero;

    /// <summary>How many e-mails may be claimed together.</summary>
    public int MaxAtOnce => !IsLimited ? int.MaxValue : Math.Max(1, (int)(_longestBatch / _slot));

    /// <summary>Waits for the turn of so many e-mails. Returns the slots, one after another; all at once where there is no limit.</summary>
    public async Task<Slots> WaitAsync(int count, CancellationToken cancellationToken)
    {
        if (!IsLimited)
            return new(first: 0, TimeSpan.Zero, time);
        TimeSpan wait;
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
            wait = await Pacing.ReserveAsync(connection, smtp.Account, count * _slot, cancellationToken);
        var first = time.GetTimestamp() + (long)(Math.Max(0, wait.TotalSeconds) * time.TimestampFrequency);
        await DelayUntilAsync(first, time, cancellationToken);
        return new(first, _slot, time);
    }

    private static async Task DelayUntilAsync(long timestamp, TimeProvider time, CancellationToken cancellationToken)
    {
        // Timers tick in whole milliseconds and may ring one too soon.
        while (time.GetElapsedTime(time.GetTimestamp(), timestamp) is var left && left > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancellationToken);
    }

    /// <summary>The slots of one claim.</summary>
    public sealed class Slots(long first, TimeSpan length, TimeProvider time)
    {
        private int _next;

        /// <summary>Waits for the next slot.</summary>
        public Task NextAsync() =>
            DelayUntilAsync(first + (long)(_next++ * length.TotalSeconds * time.TimestampFrequency), time, CancellationToken.None);
    }
}
