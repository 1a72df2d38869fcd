using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>A client's e-mail config: as it is given, as it was saved, and what a save did.</summary>
internal static class ConfigSchemas
{
    private const string AsShown = "Ignored: so that a config can be saved again as it was read.";
    private const string Counts = """{"scheduled":1,"kept":1,"superseded":1,"removed":1,"too_late":[]}""";

    internal static IEnumerable<NamedSchema> All =>
    [
        new("EmailConfigInput", Request("All e-mails of a client, whole: what is not in it is taken back.",
            Has("emails", List("The items; may be empty.", Ref("ConfigItemInput"), most: 10_000)),
            May("client_id", Text(AsShown)),
            May("revision", Number(AsShown)),
            May("saved_at", Time(AsShown))),
            """
            {"emails":[{"key":"welcome","to":["Ada Lovelace <ada@example.com>"],"cc":[],"bcc":[],"reply_to":["help@example.com"],"subject":"Welcome","text":"Hello Ada",
            "html":"<p>Hello Ada</p>","headers":{"X-Campaign":"spring"},"scheduled_datetime":"2026-12-01T09:00:00+01:00","send_before":"2026-12-01T12:00:00+01:00"}]}
            """),
        new("ConfigItemInput", Request("One item of a config.",
        [
            May("key", Line("Names the item within the config, once; derived from its content where left out.", Emails.EmailInput.MaxKey, least: 1)),
            .. Content.AsGivenInConfig,
            Has("scheduled_datetime", Time("When to send it, with an offset. A new or changed item that is due more than an hour ago is refused.")),
            Content.SendBefore,
            May("id", Id(AsShown)),
            May("status", Ref("EmailStatus", AsShown)),
        ])),
        new("SavedConfig", Answer("What a save did, item by item.",
            Has("client_id", Text("The client.")),
            Has("revision", Number("The config's revision; on a dry run the one that the save would make.", least: 1)),
            Has("saved_at", Time("When that revision was saved.")),
            Has("dry_run", Flag("Whether nothing was changed.")),
            Has("changes", Ref("ConfigChanges")),
            Has("emails", List("The items of the new config, in the order given.", Ref("SavedItem"), most: 10_000)),
            Has("removed", List("What was pending, and is gone from the config.", Ref("RemovedItem")))),
            $$"""
            {"client_id":"acme","revision":3,"saved_at":"2026-11-24T15:12:09.310Z","dry_run":false,"changes":{{Counts}},"emails":[
              {"key":"welcome","action":"superseded","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","supersedes":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52","status":"pending","scheduled_datetime":"2026-12-01T08:00:00.000Z"},
              {"key":"tips","action":"scheduled","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e02","status":"pending","scheduled_datetime":"2026-12-03T08:00:00.000Z"},
              {"key":"bill","action":"kept","id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d53","status":"sent","scheduled_datetime":"2026-11-20T08:00:00.000Z"}],
             "removed":[{"key":"old","id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d54","status":"cancelled"}]}
            """),
        new("RemovedItem", Answer("An item that was taken back.",
            Has("key", Text("Its key.")), Has("id", Id("Its e-mail.")), Has("status", Ref("EmailStatus", "Where the e-mail stands: `cancelled`.")))),
        new("SavedItem", Answer("What a save did with one item.",
            Has("key", Text("The item's key, given or derived.")),
            Has("action", Ref("SaveAction")),
            Has("id", OrNull(Id("The e-mail that stands for it now; null on a dry run for one that would be new."))),
            May("supersedes", Id("The e-mail that was cancelled for it; there where `action` is `superseded`.")),
            Has("status", Ref("EmailStatus")),
            Has("scheduled_datetime", Time("When it is due.")))),
        new("ConfigChanges", Answer("What a save changed, in numbers.",
            Has("scheduled", Number("Brand-new e-mails.", least: 0)),
            Has("kept", Number("Items that did not change.", least: 0)),
            Has("superseded", Number("E-mails that were replaced.", least: 0)),
            Has("removed", Number("E-mails that were taken back, because their item is gone.", least: 0)),
            Has("too_late", List("Items that are gone, but whose e-mail is already being sent.", Ref("TooLate"))))),
        new("TooLate", Answer("An e-mail that could not be taken back.",
            Has("key", Text("Its key.")), Has("id", Id("Its id.")), Has("status", Ref("EmailStatus", "Where it stands: `sending`.")))),
        new("EmailConfig", Answer("A config as it was saved, each item with the e-mail that stands for it.",
            Has("client_id", Text("The client.")),
            Has("revision", Number("Counts saves that changed something; goes on after a delete.", least: 1)),
            Has("saved_at", Time("When this revision was saved.")),
            Has("emails", List("The items.", Ref("ConfigItem"), most: 10_000))),
            """
            {"client_id":"acme","revision":3,"saved_at":"2026-11-24T15:12:09.310Z","emails":[{"key":"welcome","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"pending",
            "to":["Ada Lovelace <ada@example.com>"],"cc":[],"bcc":[],"reply_to":[],"subject":"Welcome","text":"Hello Ada","html":null,"headers":{},"attachments":[],
            "scheduled_datetime":"2026-12-01T08:00:00.000Z","send_before":null}]}
            """),
        new("ConfigItem", Answer("An item as it was saved. Saved again as it is, it is unchanged.",
        [
            Has("key", Text("Its key, given or derived.")),
            Has("id", Id("The e-mail that stands for it.")),
            Has("status", Ref("EmailStatus")),
            .. Content.AsSaved,
            Has("scheduled_datetime", Time("When it is due, as saved.")),
            Has("send_before", OrNull(Time("As saved; null where it was left out."))),
        ])),
        new("DeletedConfig", Answer("What a delete did.",
            Has("cancelled", Number("E-mails that were taken back.", least: 0)),
            Has("too_late", List("E-mails that are already being sent.", Ref("TooLate")))), """{"cancelled":4,"too_late":[]}"""),
        new("RevisionPage", Answer("A page of revisions, newest first.",
            Has("items", List("The revisions.", Ref("Revision"), most: 500)),
            Has("next_cursor", EmailSchemas.NextCursor)),
            $$"""{"items":[{"revision":3,"saved_at":"2026-11-24T15:12:09.310Z","saved_by":"operator","changes":{{Counts}}}],"next_cursor":null}"""),
        new("Revision", Answer("Who saved what, and when.",
            Has("revision", Number("The revision.", least: 1)),
            Has("saved_at", Time("When it was saved.")),
            Has("saved_by", Text("`operator`, or the client key's name.")),
            Has("changes", Ref("ConfigChanges")))),
    ];
}
