using static Mail.ConfigService.OpenApi.Operation;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Operations;

internal static class ConfigOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("SaveEmailConfig", "Save a client's e-mail config", """
            Holds the new config against what is scheduled, and changes only what differs, in one transaction. Saves of one client are serialised.

            | an item of the new config | what happens |
            |---|---|
            | same key, same content and time | kept: same id, status untouched. Saving the same config again is a no-op |
            | new key | a new `pending` e-mail |
            | same key, changed, the old one still `pending` | the old one is `cancelled` with reason `superseded`; a new one is `pending` |
            | same key, changed, the old one `sending`, `sent` or `unknown` | a new e-mail if the new time lies in the future; otherwise 422 `already_sent` |
            | same key, changed, the old one `failed`, `cancelled` or `expired` | as a new key |
            | pending, and gone from the new config | `cancelled` with reason `removed` |
            | `sending`, and gone from the new config | left alone, named in `too_late` |
            | new or changed, and due more than an hour ago | 422 `scheduled_in_the_past` (up to an hour ago means: now) |

            The same time is the same instant, in whatever offset it is written; the order of items and of headers is no change.
            """)
        {
            Parameters =
            [
                Query("dry_run", Flag("Answers what a save would do, without ids for what would be new, and changes nothing.", otherwise: false)),
                Parameters.IfMatch,
            ],
            Body = "EmailConfigInput",
            Means = "Saved, or unchanged; on a dry run, what would happen. `ETag` is the config's revision as it stands now.",
            Answer = "SavedConfig",
            Headers = ["ETag"],
            Refuses =
            [
                "revision_mismatch", "time_without_offset", "scheduled_in_the_past", "scheduled_too_far_ahead", "already_sent", "invalid_query",
                .. AttachmentOperations.RefusedInEmails,
            ],
        },
        new("GetEmailConfig", "Read a client's e-mail config", "The items as saved, each with the id and status of the e-mail that stands for it.")
        {
            Means = "The config.",
            Answer = "EmailConfig",
            Headers = ["ETag"],
            Refuses = ["config_not_found"],
        },
        new("DeleteEmailConfig", "Delete a client's e-mail config", "Cancels what is pending and removes the config. Single e-mails stay.")
        {
            Parameters = [Parameters.IfMatch],
            Means = "Deleted.",
            Answer = "DeletedConfig",
            Refuses = ["config_not_found", "revision_mismatch"],
        },
        new("ListRevisions", "List a config's revisions", "Who saved what and when, newest first. A save that changes nothing makes no revision.")
        {
            Parameters = [Parameters.Limit, Parameters.Cursor],
            Means = "A page of revisions; empty for a client that never saved.",
            Answer = "RevisionPage",
            Refuses = ["invalid_query", "invalid_body"],
        },
    ];
}
