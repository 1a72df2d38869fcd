using Mail.Store;

namespace Mail.ConfigService.Clients;

/// <summary>How many e-mails of clients that were erased stood at each status.</summary>
internal sealed record EmailCounts(long Sent, long Failed, long Unknown, long Cancelled, long Expired)
{
    internal long Sum => Sent + Failed + Unknown + Cancelled + Expired;

    internal static EmailCounts From(IReadOnlyDictionary<string, long> counts) => new(
        counts.GetValueOrDefault(EmailStatus.Sent), counts.GetValueOrDefault(EmailStatus.Failed), counts.GetValueOrDefault(EmailStatus.Unknown),
        counts.GetValueOrDefault(EmailStatus.Cancelled), counts.GetValueOrDefault(EmailStatus.Expired));
}
