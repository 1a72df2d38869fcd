using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>How fast the senders together hand e-mails over. Pure.</summary>
/// <param name="PerSecond">E-mails a second.</param>
/// <param name="AttemptDuration">How long one takes.</param>
/// <param name="Begins">When the first can be handed over, where that is not at once.</param>
internal sealed record Throughput(double PerSecond, TimeSpan AttemptDuration, DateTimeOffset? Begins = null)
{
    // Until a sender has handed one over: what a server on the Internet takes for an e-mail.
    private const double UnknownHandOverSeconds = 0.1;

    // A sender of an earlier version says nothing of itself: the default of SMTP_MAX_CONNECTIONS.
    private static readonly SenderPace _unknown = new("", null, null, 16, null);

    /// <summary>What senders can do that are ready; null where none is.</summary>
    /// <param name="senders">All senders.</param>
    /// <param name="nextSlots">When the first free slot of each account with a rate is.</param>
    /// <param name="now">The time.</param>
    internal static Throughput? Estimate(
        IEnumerable<Sender> senders, IReadOnlyDictionary<string, DateTimeOffset>? nextSlots = null, DateTimeOffset now = default)
    {
        var ready = senders.Where(sender => sender.State == SenderState.Ready).Select(sender => sender.Pace ?? _unknown).ToList();
        if (ready.Count == 0)
            return null;
        var accounts = ready.GroupBy(pace => pace.Account, StringComparer.Ordinal).ToList();
        return new(
            accounts.Sum(account => PerSecondOf(account)), TimeSpan.FromSeconds(ready.Average(HandOverSeconds)),
            accounts.Min(account => BeginOf(account.Key, account.Min(pace => pace.Rate), nextSlots, now)));
    }

    // SMTP_RATE is of the account, and what its senders can do counts up to it. They may not all have been restarted with the same.
    private static double PerSecondOf(IEnumerable<SenderPace> account) =>
        Math.Min(
            account.Min(pace => pace.Rate) ?? double.PositiveInfinity,
            account.Sum(pace => Math.Min(pace.Learned ?? double.PositiveInfinity, pace.Connections / HandOverSeconds(pace))));

    // Further slots that are taken are those of e-mails that are still in the queue.
    private static DateTimeOffset BeginOf(
        string account, double? rate, IReadOnlyDictionary<string, DateTimeOffset>? nextSlots, DateTimeOffset now)
    {
        if (rate is not { } perSecond || nextSlots?.TryGetValue(account, out var next) is not true || next <= now)
            return now;
        var slot = now + TimeSpan.FromSeconds(1 / perSecond);
        return next < slot ? next : slot;
    }

    private static double HandOverSeconds(SenderPace pace) => Math.Max(0.000_1, pace.HandOverSeconds ?? UnknownHandOverSeconds);
}
