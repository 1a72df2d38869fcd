using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>What a save did, item by item.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Revision">The config's revision; on a dry run the one that the save would make.</param>
/// <param name="SavedAt">When that revision was saved.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Changes">In numbers.</param>
/// <param name="Emails">The items of the new config, in the order given.</param>
/// <param name="Removed">What was pending, and is gone from the config.</param>
[Example("""
    {"client_id":"acme","revision":3,"saved_at":"2026-11-24T15:12:09.310Z","dry_run":false,
     "changes":{"scheduled":1,"kept":1,"superseded":1,"removed":1,"too_late":[]},"emails":[
      {"key":"welcome","action":"superseded","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01",
       "supersedes":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52",
       "status":"pending","scheduled_datetime":"2026-12-01T08:00:00.000Z"},
      {"key":"tips","action":"scheduled","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e02","status":"pending",
       "scheduled_datetime":"2026-12-03T08:00:00.000Z"},
      {"key":"bill","action":"kept","id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d53","status":"sent",
       "scheduled_datetime":"2026-11-20T08:00:00.000Z"}],
     "removed":[{"key":"old","id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d54","status":"cancelled"}]}
    """)]
public sealed record SavedConfig(
    string ClientId, long Revision, DateTimeOffset SavedAt, bool DryRun, ConfigChanges Changes,
    [property: MaxLength(EmailList.MaxEmails)] IReadOnlyList<SavedItem> Emails, IReadOnlyList<RemovedItem> Removed)
{
    /// <summary>What a decision came to, or would come to.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="revision">The config's revision.</param>
    /// <param name="savedAt">When it was saved.</param>
    /// <param name="dryRun">Whether nothing was changed.</param>
    /// <param name="change">The decision.</param>
    /// <param name="statuses">Where the e-mails of unchanged items stand.</param>
    /// <param name="created">The new e-mails by key; empty on a dry run.</param>
    /// <param name="series">What it came to for series.</param>
    internal static SavedConfig From(
        string clientId, long revision, DateTimeOffset savedAt, bool dryRun, ConfigChange change, Dictionary<Guid, string> statuses,
        Dictionary<string, ScheduledEmail> created, SeriesAnswer series) =>
        new(clientId, revision, savedAt, dryRun, series.Plus(change.Counts()),
            series.InOrder([.. change.Items.Select(item => item.Action == ConfigChange.Action.Keep
                ? new SavedItem(item.Wanted.Key, SaveAction.Kept, item.Old!.EmailId, null, statuses[item.Old.EmailId], item.Wanted.Due)
                : new SavedItem(
                    item.Wanted.Key,
                    item.Action == ConfigChange.Action.Supersede ? SaveAction.Superseded : SaveAction.Scheduled,
                    created.TryGetValue(item.Wanted.Key, out var made) ? made.Id : null,
                    item.Action == ConfigChange.Action.Supersede ? item.Old!.EmailId : null,
                    EmailStatus.Pending,
                    item.Wanted.Due))]),
            [
                .. change.Removed.Select(item => new RemovedItem(item.Key, item.EmailId, EmailStatus.Cancelled)), .. series.Removed,
            ]);
}

/// <summary>What a save did with one item.</summary>
/// <param name="Key">The item's key, given or derived.</param>
/// <param name="Action">What happened.</param>
/// <param name="Id">
/// The e-mail that stands for it now, of a series its next occurrence; null on a dry run for one that would be new, and where a series has
/// no further one.
/// </param>
/// <param name="Supersedes">The e-mail that was cancelled for it; there where <c>action</c> is <c>superseded</c>.</param>
/// <param name="Status">Where its e-mail stands; null where a series has no further occurrence.</param>
/// <param name="ScheduledDatetime">When it is due; null where a series has no further occurrence.</param>
/// <param name="Occurrences">What happened to its occurrences; there for a series.</param>
public sealed record SavedItem(
    string Key, [property: SaveAction] string Action, Guid? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Supersedes,
    [property: EmailStatus] string? Status, DateTimeOffset? ScheduledDatetime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OccurrenceCounts? Occurrences = null);

/// <summary>An item that was taken back.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its e-mail.</param>
/// <param name="Status">Where the e-mail stands: <c>cancelled</c>.</param>
public sealed record RemovedItem(string Key, Guid Id, [property: EmailStatus] string Status);

/// <summary>What a save does with an item.</summary>
internal static class SaveAction
{
    internal const string Kept = "kept";
    internal const string Scheduled = "scheduled";
    internal const string Superseded = "superseded";
}

/// <summary>A field that says what a save did with an item.</summary>
internal sealed class SaveActionAttribute() : WordsAttribute(
    "`kept`: nothing changed. `scheduled`: a new e-mail. `superseded`: a new e-mail in the place of one that was cancelled.",
    SaveAction.Kept, SaveAction.Scheduled, SaveAction.Superseded);
