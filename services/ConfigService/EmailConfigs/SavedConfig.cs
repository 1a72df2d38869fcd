using System.Text.Json.Serialization;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The answer to a save: what it did or, as a dry run, would do.</summary>
/// <param name="ClientId">The client that the config belongs to.</param>
/// <param name="Revision">The revision that the save made, or the one that stands where it changed nothing.</param>
/// <param name="SavedAt">When that was.</param>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Changes">In numbers.</param>
/// <param name="Emails">The items of the new config, in the order given.</param>
/// <param name="Removed">Items that are gone, whose e-mails are cancelled.</param>
public sealed record SavedConfig(
    string ClientId, long Revision, DateTimeOffset SavedAt, bool DryRun, ConfigChanges Changes, IReadOnlyList<SavedConfig.Item> Emails, IReadOnlyList<SavedConfig.Gone> Removed)
{
    /// <summary>An item.</summary>
    /// <param name="Key">Its key.</param>
    /// <param name="Action"><c>kept</c>, <c>scheduled</c> or <c>superseded</c>.</param>
    /// <param name="Id">Its e-mail; null where a dry run did not make it.</param>
    /// <param name="Supersedes">The e-mail in whose place it is.</param>
    /// <param name="Status">Where its e-mail stands.</param>
    /// <param name="ScheduledDatetime">When it is due.</param>
    public sealed record Item(string Key, string Action, Guid? Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Supersedes, string Status, DateTimeOffset ScheduledDatetime);

    /// <summary>An item that is gone, and its e-mail.</summary>
    public sealed record Gone(string Key, Guid Id, string Status);
}
