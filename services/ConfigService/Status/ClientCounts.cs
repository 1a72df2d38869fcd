using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary>
/// What became of a client's e-mails that were due in the last days, and what is to come. By due times, as the search has them, so that the
/// search of a number finds as many.
/// </summary>
/// <param name="Day">How many of each status were due in the last 24 hours.</param>
/// <param name="Week">How many of each status were due in the last seven days.</param>
/// <param name="Ahead">How many wait for a due time in the future.</param>
/// <param name="NextDue">When the first of those is due; null where there is none.</param>
/// <param name="IsCut">
/// Whether there are more than <see cref="ClientQueries.Many"/> of either, so that only the last due and the next due were counted.
/// </param>
public sealed record ClientCounts(
    IReadOnlyDictionary<string, long> Day, IReadOnlyDictionary<string, long> Week, long Ahead, DateTimeOffset? NextDue, bool IsCut)
{
    /// <summary>How many wait: those that are due already, and those that are not.</summary>
    public long Pending => Ahead + Week.GetValueOrDefault(EmailStatus.Pending);
}
