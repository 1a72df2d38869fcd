using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Rendering;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Templates;

/// <summary>
/// What another version of a template is applied to: the pending e-mails of older ones, and their items of the config. Pure.
/// </summary>
/// <param name="Emails">The e-mails that are rendered again.</param>
/// <param name="Pinned">Items whose config names a version.</param>
internal sealed record TemplateChange(IReadOnlyList<TemplateChange.Pending> Emails, IReadOnlyList<TemplateChange.Pending> Pinned)
{
    /// <summary>An e-mail that waits.</summary>
    /// <param name="Email">The e-mail.</param>
    /// <param name="Item">Its item of the config; null for a single one.</param>
    /// <param name="Pointer">Where it is, for errors.</param>
    internal sealed record Pending(ScheduledEmail Email, ConfigItem? Item, string Pointer);

    /// <summary>Decides.</summary>
    /// <param name="emails">The pending e-mails of older versions.</param>
    /// <param name="items">The items of the config.</param>
    /// <param name="version">The version to apply.</param>
    internal static TemplateChange Decide(IReadOnlyList<ScheduledEmail> emails, IReadOnlyList<ConfigItem> items, int version)
    {
        var all = items.Select((item, index) => (item, index)).ToList();
        var byEmail = all.FindAll(each => each.item.Recurrence is null).ToDictionary(each => each.item.EmailId);
        var byKey = all.FindAll(each => each.item.Recurrence is not null).ToDictionary(each => each.item.Key, StringComparer.Ordinal);
        var (again, pinned) = (new List<Pending>(), new List<Pending>());
        foreach (var email in emails)
        {
            if (email.Source == EmailSource.OneOff)
            {
                again.Add(new(email, Item: null, $"/scheduled-emails/{email.Id}"));
                continue;
            }

            // What the config no longer names is taken back with its next save, and is nothing to render. An item that holds the version
            // already has an e-mail that it does not change.
            var isKnown = email.Occurrence is null
                ? byEmail.TryGetValue(email.Id, out var found)
                : byKey.TryGetValue(email.Key!, out found);
            if (!isKnown || found.item.Template is not { } template || template.Version >= version)
                continue;
            (template.Pinned ? pinned : again).Add(new(email, found.item, $"/emails/{found.index}"));
        }

        return new(again, [.. pinned.DistinctBy(each => each.Item!.Key, StringComparer.Ordinal)]);
    }

    /// <summary>Whether an e-mail says the same, rendered again.</summary>
    internal static bool IsSame(ScheduledEmail email, EmailBody? body, RenderedContent content) =>
        email.Subject == content.Subject && body?.Text == content.Text && body?.Html == content.Html;

    /// <summary>The e-mail that takes the place of another: the same in all but what it says.</summary>
    internal static EmailInput Again(ScheduledEmail email, RenderedContent content) => new EmailInput(EmailContent.From(email, body: null))
    {
        ScheduledDatetime = email.ScheduledDatetime,
        SendBefore = email.SendBeforeSet ? email.SendBefore : null,
        Local = email.Local is { } local ? new(local, DateTimeZone.Utc, email.ScheduledDatetime, email.Tzdb!) : null,
    }.With(content);

    /// <summary>An item of the config, with the version that its e-mail has now.</summary>
    internal static ConfigItem Renewed(Pending pending, Guid emailId, RenderedContent content)
    {
        var (item, used) = (pending.Item!, content.Template);
        var written = EmailContent.From(pending.Email, body: null) with { Subject = "" };
        var rendered = written with { Subject = content.Subject, Html = content.Html, Text = content.Text };
        return item with
        {
            EmailId = item.Recurrence is null ? emailId : Guid.Empty,
            Fingerprint = TemplateData.Fingerprint(
                written.Fingerprint(item.ScheduledDatetime, item.SendBefore), used.Name, used.Version, used.Data),
            Template = new(
                used.Name, used.Version, Pinned: false,
                TemplateData.Fingerprint(
                    rendered.Fingerprint(item.ScheduledDatetime, item.SendBefore), used.Name, version: null, used.Data)),
        };
    }
}
