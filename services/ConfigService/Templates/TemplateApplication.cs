using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using NodaTime;

namespace Mail.ConfigService.Templates;

/// <summary>Renders e-mails again by a version of their template, in a transaction, and says what became of each.</summary>
/// <param name="work">The transaction.</param>
/// <param name="outbox">Wakes new single e-mails.</param>
/// <param name="attachments">Bounds the size of a message.</param>
/// <param name="zones">The time zones of local times.</param>
/// <param name="clientId">The client.</param>
/// <param name="version">The version.</param>
/// <param name="revision">The revision that the config will have.</param>
/// <param name="by">The name of the instance.</param>
/// <param name="dryRun">Whether nothing is changed.</param>
internal sealed class TemplateApplication(
    UnitOfWork.Work work, Outbox outbox, EmailAttachments attachments, TimeZones zones, string clientId, TemplateVersion version,
    long revision, string by, bool dryRun)
{
    private readonly Template _template = TemplateParts.Parse(version);
    private readonly RenderedTotal _total = new();

    /// <summary>Data that the version can't do with.</summary>
    internal Errors Errors { get; } = new();

    /// <summary>What became of each e-mail.</summary>
    internal List<AppliedEmail> Emails { get; } = [];

    /// <summary>The items of the config that hold the version now, by key.</summary>
    internal Dictionary<string, ConfigItem> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>An occurrence, as it is made now, of each series of the config that changes, by key.</summary>
    internal Dictionary<string, ScheduledEmail> Series { get; } = new(StringComparer.Ordinal);

    /// <summary>The e-mails of the config that were replaced.</summary>
    internal List<(Guid Old, Guid New)> OfConfig { get; } = [];

    /// <summary>In numbers.</summary>
    internal ConfigChanges Counts =>
        new(0, Emails.Count(email => email.Supersedes is null), Emails.Count(email => email.Supersedes is not null), 0, []);

    /// <summary>A part of the e-mails.</summary>
    internal async Task RunAsync(IReadOnlyCollection<TemplateChange.Pending> part, CancellationToken cancellationToken)
    {
        var bodies = (await work.Session.LoadManyAsync<EmailBody>(
            cancellationToken, part.Select(each => each.Email.BodyId).Distinct(StringComparer.Ordinal)))
            .ToDictionary(body => body.Id, StringComparer.Ordinal);
        var made = new List<(ScheduledEmail Old, ScheduledEmail Email, EmailBody Body)>();
        foreach (var pending in part)
        {
            var body = bodies.GetValueOrDefault(pending.Email.BodyId);
            var use = new TemplateUse(version.Name, version.Version, body?.Template?.Data ?? "{}");
            if (RenderedContent.Make(
                    _template, use, $"{pending.Pointer}/template", Errors, ZoneOf(pending.Email), _total, refusesUnknown: false)
                is not { } content)
            {
                continue;
            }

            if (TemplateChange.IsSame(pending.Email, body, content))
            {
                Keep(pending, content);
                continue;
            }

            var again = TemplateChange.Again(pending.Email, content);
            attachments.CheckRendered(
                again, pending.Pointer,
                pending.Email.Attachments.Select((each, index) => ($"{pending.Pointer}/attachments/{index}", each.ContentId)), Errors);
            made.Add(Replace(pending, again, content));
        }

        // The rest is rendered all the same: all that is wrong is said at once.
        if (!dryRun && !Errors.Any)
            await StoreAsync(made, cancellationToken);
    }

    private DateTimeZone ZoneOf(ScheduledEmail email) =>
        email.Local is { } local ? zones.Find(local.TimeZone) ?? DateTimeZone.Utc : DateTimeZone.Utc;

    private void Keep(TemplateChange.Pending pending, RenderedContent content)
    {
        Emails.Add(
            new(
                pending.Email.Key, SaveAction.Kept, pending.Email.Id, Supersedes: null, pending.Email.Status,
                pending.Email.ScheduledDatetime));
        if (pending.Item is { } item)
            Items[item.Key] = TemplateChange.Renewed(pending, pending.Email.Id, content);
    }

    private (ScheduledEmail Old, ScheduledEmail Email, EmailBody Body) Replace(
        TemplateChange.Pending pending, EmailInput again, RenderedContent content)
    {
        var old = pending.Email;
        var origin = new NewEmail.Origin(
            old.Source, by, $"version {version.Version} of template {version.Name}", pending.Item is null ? null : revision);
        var (made, body) = NewEmail.Create(clientId, old.Key, again, origin, work.Now);
        var email = made with { Occurrence = old.Occurrence };
        if (email.Occurrence is not null)
            Series[email.Key!] = email;
        Emails.Add(new(old.Key, SaveAction.Superseded, dryRun ? null : email.Id, old.Id, EmailStatus.Pending, email.ScheduledDatetime));
        if (pending.Item is { } item)
        {
            Items[item.Key] = TemplateChange.Renewed(pending, email.Id, content);
            OfConfig.Add((old.Id, email.Id));
        }

        return (old, email, body);
    }

    private async Task StoreAsync(
        List<(ScheduledEmail Old, ScheduledEmail Email, EmailBody Body)> made, CancellationToken cancellationToken)
    {
        if (made.Count == 0)
            return;
        // First: an occurrence of a series leaves its place to the new one.
        await EmailChanges.CancelManyAsync(
            work.Connection,
            made.ConvertAll(each => EmailTransition.Cancel(
                each.Old.Id, CancelReason.Superseded, each.Email.Id, $"superseded by version {version.Version} of template {version.Name}",
                by)),
            cancellationToken);
        await EmailInserts.InsertAsync(
            work.Connection, made.ConvertAll(each => each.Email), made.Select(each => each.Body), cancellationToken);
        // Those of the config are woken by its event.
        var single = made.FindAll(each => each.Email.Source == EmailSource.OneOff);
        if (single.Count > 0)
            await outbox.WakeAsync(work.Connection, single.Select(each => (each.Email.Id, each.Email.DueAt)), cancellationToken);
    }
}
