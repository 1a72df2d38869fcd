using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Endpoints;
using Mail.Store;

namespace Mail.ConfigService.Templates;

/// <summary>What applying a version did, e-mail by e-mail.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Name">The template.</param>
/// <param name="Version">The version that was applied.</param>
/// <param name="Revision">The config's revision; on a dry run the one that it would have. Null where the client has no config.</param>
/// <param name="SavedAt">When the version was applied.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Changes">In numbers.</param>
/// <param name="Emails">The e-mails of older versions that were pending: those of the config and single ones.</param>
/// <param name="Removed">Always empty: applying takes nothing back.</param>
/// <param name="Pinned">Items whose config names a version: they are left.</param>
[Example("""
    {"client_id":"acme","name":"welcome","version":3,"revision":4,"saved_at":"2026-11-24T15:12:09.310Z","dry_run":false,
     "changes":{"scheduled":0,"kept":0,"superseded":1,"removed":0,"too_late":[]},"emails":[
      {"key":"welcome","action":"superseded","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01",
       "supersedes":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52",
       "status":"pending","scheduled_datetime":"2026-12-01T08:00:00.000Z"}],
     "removed":[],"pinned":[{"key":"bill","id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d53","version":1}]}
    """)]
public sealed record AppliedTemplate(
    string ClientId, string Name, int Version, long? Revision, DateTimeOffset SavedAt, bool DryRun, ConfigChanges Changes,
    IReadOnlyList<AppliedEmail> Emails, IReadOnlyList<RemovedItem> Removed, IReadOnlyList<PinnedItem> Pinned);

/// <summary>What became of one e-mail.</summary>
/// <param name="Key">Its key in the config; null for a single e-mail.</param>
/// <param name="Action"><c>superseded</c>, or <c>kept</c> where the version changes nothing.</param>
/// <param name="Id">The e-mail that stands for it now; null on a dry run for one that would be new.</param>
/// <param name="Supersedes">The e-mail that was cancelled for it; null where it was kept.</param>
/// <param name="Status">Where its e-mail stands.</param>
/// <param name="ScheduledDatetime">When it is due.</param>
public sealed record AppliedEmail(
    string? Key, [property: SaveAction] string Action, Guid? Id, Guid? Supersedes, [property: EmailStatus] string Status,
    DateTimeOffset ScheduledDatetime);

/// <summary>An item whose config names a version.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its e-mail.</param>
/// <param name="Version">The version that it names.</param>
public sealed record PinnedItem(string Key, Guid Id, int Version);
