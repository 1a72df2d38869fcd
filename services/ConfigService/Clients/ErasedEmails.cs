using Mail.Store;

namespace Mail.ConfigService.Clients;

/// <summary>How many e-mails stood at each status.</summary>
/// <param name="Sent">The server had them.</param>
/// <param name="Failed">The server did not have them.</param>
/// <param name="Unknown">The server may have had them.</param>
/// <param name="Cancelled">Taken back, also by the erasure.</param>
/// <param name="Expired">Not worth sending any more.</param>
internal sealed record ErasedEmails(long Sent, long Failed, long Unknown, long Cancelled, long Expired)
{
    internal long Sum => Sent + Failed + Unknown + Cancelled + Expired;

    internal static ErasedEmails From(IReadOnlyDictionary<string, long> counts) => new(
        counts.GetValueOrDefault(EmailStatus.Sent), counts.GetValueOrDefault(EmailStatus.Failed),
        counts.GetValueOrDefault(EmailStatus.Unknown), counts.GetValueOrDefault(EmailStatus.Cancelled),
        counts.GetValueOrDefault(EmailStatus.Expired));
}
