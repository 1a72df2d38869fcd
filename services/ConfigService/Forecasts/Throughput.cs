using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>How fast the senders together hand e-mails over. Pure.</summary>
/// <param name="PerSecond">E-mails a second.</param>
/// <param name="HandOver">How long one takes.</param>
internal sealed record Throughput(double PerSecond, TimeSpan HandOver)
{
    // Until a sender has handed one over: what a server on the Internet takes for an e-mail.
    private const double UnknownHandOverSeconds = 0.1;

    // A sender of an earlier version says nothing of itself: the default of SMTP_MAX_CONNECTIONS.
    private static readonly SenderPace _unknown = new("", null, null, 16, null);

    /// <summary>What senders can do that are ready; null where none is.</summary>
    internal static Throughput? Of(IEnumerable<Sender> senders)
    {
        var ready = senders.Where(sender => sender.State == SenderState.Ready).Select(sender => sender.Pace ?? _unknown).ToList();
        if (ready.Count == 0)
            return null;
        var perSecond = ready.GroupBy(pace => pace.Account, StringComparer.Ordinal).Sum(PerSecondOf);
        return new(perSecond, TimeSpan.FromSeconds(ready.Average(HandOverSeconds)));
    }

    // SMTP_RATE is of the account, and what its senders can do counts up to it. They may not all have been restarted with the same.
    private static double PerSecondOf(IEnumerable<SenderPace> account) =>
        Math.Min(
            account.Min(pace => pace.Rate) ?? double.PositiveInfinity,
            account.Sum(pace => Math.Min(pace.Learned ?? double.PositiveInfinity, pace.Connections / HandOverSeconds(pace))));

    private static double HandOverSeconds(SenderPace pace) => Math.Max(0.000_1, pace.HandOverSeconds ?? UnknownHandOverSeconds);
}
