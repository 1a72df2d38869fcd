using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>All e-mails of a client, whole: what is not in it is taken back.</summary>
/// <param name="Emails">The items; may be empty.</param>
/// <param name="ClientId">Ignored: so that a config can be saved again as it was read.</param>
/// <param name="Revision">Ignored: so that a config can be saved again as it was read.</param>
/// <param name="SavedAt">Ignored: so that a config can be saved again as it was read.</param>
[Example("""
    {"emails":[{"key":"welcome","to":["Ada Lovelace <ada@example.com>"],"cc":[],"bcc":[],"reply_to":["help@example.com"],
     "subject":"Welcome","text":"Hello Ada",
    "html":"<p>Hello Ada</p>","headers":{"X-Campaign":"spring"},"scheduled_datetime":"2026-12-01T09:00:00+01:00",
    "send_before":"2026-12-01T12:00:00+01:00"}]}
    """)]
internal sealed record EmailConfigInput(
    [property: MaxLength(EmailList.MaxEmails)] IReadOnlyList<ConfigItemInput> Emails, string? ClientId = null, long? Revision = null,
    DateTimeOffset? SavedAt = null);
