using Mail.ConfigService.Access;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Contracts;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>
/// <c>PUT /client/{client_id}/email-config</c>: a diff against what is scheduled, in one transaction. The config, its
/// e-mails, the revision and the event <see cref="EmailConfigSaved"/> are committed together, or none of them.
/// </summary>
internal sealed class SaveEmailConfig(
    UnitOfWork unit, Outbox outbox, EmailAttachments attachments, Instance instance, ILogger<SaveEmailConfig> logger)
{
    private static readonly Parameter _dryRun =
        Parameter.DryRun("Answers what a save would do, without ids for what would be new, and changes nothing.");

    internal static void Map(RouteGroupBuilder api) => api.MapPut("/client/{client_id}/email-config", HandleAsync)
        .WithName("SaveEmailConfig").WithTags("E-mail configuration")
        .Takes(_dryRun, Parameter.IfMatch).Takes<EmailConfigInput>()
        .Answers<SavedConfig>(headers: "ETag")
        .Refuses(
            ProblemCodes.RevisionMismatch, ProblemCodes.TimeWithoutOffset, ProblemCodes.ScheduledInThePast,
            ProblemCodes.ScheduledTooFarAhead, ProblemCodes.AlreadySent, ProblemCodes.InvalidQuery)
        .Refuses([.. EmailAttachments.Refusals.Union(TemplateRefusals.OfEmails)]);

    /// <summary>Save a client's e-mail config</summary>
    /// <remarks>
    /// Holds the new config against what is scheduled, and changes only what differs, in one transaction. Saves of one client are
    /// serialised.
    ///
    /// | an item of the new config | what happens |
    /// |---|---|
    /// | same key, same content and time | kept: same id, status untouched. Saving the same config again is a no-op |
    /// | new key | a new `pending` e-mail |
    /// | same key, changed, the old one still `pending` | the old one is `cancelled` with reason `superseded`; a new one is `pending` |
    /// | same key, changed, the old one `sending`, `sent` or `unknown` | a new e-mail if due in the future, else 422 `already_sent` |
    /// | same key, changed, the old one `failed`, `cancelled` or `expired` | as a new key |
    /// | pending, and gone from the new config | `cancelled` with reason `removed` |
    /// | `sending`, and gone from the new config | left alone, named in `too_late` |
    /// | new or changed, and due more than an hour ago | 422 `scheduled_in_the_past` (up to an hour ago means: now) |
    ///
    /// The same time is the same instant, in whatever offset it is written; the order of items and of headers is no change.
    /// </remarks>
    /// <response code="200">
    /// Saved, or unchanged; on a dry run, what would happen. `ETag` is the config's revision as it stands now.
    /// </response>
    internal static async Task<SavedConfig> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, SaveEmailConfig save)
    {
        var query = new Query(context);
        var dryRun = query.Flag(_dryRun.Name);
        query.Checked();
        var wanted = Read(await RequestBody.ReadAsync(context));
        var (body, revision) = await save.RunAsync(
            clientId, wanted, Revisions.IfMatch(context), dryRun, Caller.From(context), context.RequestAborted);
        Revisions.Tag(context, revision);
        return body;
    }

    /// <summary>Reads the body of a save.</summary>
    /// <param name="body">Valid UTF-8.</param>
    /// <param name="what">What to call it where it is no JSON.</param>
    internal static ReadConfig Read(ReadOnlyMemory<byte> body, string what = "The body")
    {
        // A config as GET shows it can be put back.
        var emails = EmailList.Parse(body, what, "client_id", "revision", "saved_at");
        var errors = new Errors();
        var inputs = new List<ConfigItemInput>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (element, pointer) in emails.Read(errors))
        {
            var input = EmailInput.ReadItem(element, pointer, errors);
            inputs.Add(input);
            if (input.Key is { } key && !keys.Add(key))
                errors.Add($"{pointer}/key", "names another item of this config too: keys are unique");
        }

        return new(inputs, errors);
    }

    internal Task<(SavedConfig Body, long CurrentRevision)> RunAsync(
        string clientId, ReadConfig read, RevisionMatch match, bool dryRun, Caller caller, CancellationToken cancellationToken)
    {
        var areRendered = read.Inputs.Exists(input => input.Template is not null);
        if (!areRendered && read.Inputs.TrueForAll(input => input.Attachments is not { Count: > 0 }))
            read.Errors.Throw();
        return dryRun
            ? unit.RunAsync(SaveAsync, cancellationToken)
            : unit.RunInTurnAsync(Revisions.TurnOf(clientId), SaveAsync, cancellationToken);

        async Task<(SavedConfig Body, long CurrentRevision)> SaveAsync(UnitOfWork.Work work)
        {
            // Load.
            if (areRendered && !dryRun)
                await EmailInserts.BeginPartsAsync(work.Connection, clientId, cancellationToken);
            var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            match.Check(config);
            var current = config?.Items ?? [];
            var wanted = await read.CheckedAsync(work, clientId, current, attachments, cancellationToken);
            var statuses = await EmailStates.StatusesAsync(
                work.Connection, [.. current.Select(item => item.EmailId)], @lock: false, cancellationToken);
            foreach (var (id, status) in await EmailStates.StatusesAsync(
                work.Connection, ConfigChange.Contested(current, wanted), @lock: !dryRun, cancellationToken))
            {
                statuses[id] = status;
            }

            var left = await EmailStates.LeftByConfigAsync(
                work.Connection, clientId, [.. current.Select(item => item.EmailId)], @lock: !dryRun, cancellationToken);
            // Waiting for the locks took its time.
            var now = await UnitOfWork.NowAsync(work.Connection, cancellationToken);

            // Decide.
            var change = ConfigChange.Decide(
                current, statuses, wanted, [.. left.Select(email => ConfigItem.Left(email.Key, email.Id))], now);
            change.RefuseConflicts();
            var exists = config is { Deleted: false };
            if (!change.Any && exists)
                return (SavedConfig.From(clientId, config!.Revision, config.SavedAt, dryRun, change, statuses, []), config.Revision);
            var revision = (config?.Revision ?? 0) + 1;
            if (dryRun)
                return (SavedConfig.From(clientId, revision, now, dryRun, change, statuses, []), config?.Revision ?? 0);

            // Save.
            var created = new Dictionary<string, ScheduledEmail>(StringComparer.Ordinal);
            // Those of kept items, too: a new one may refer to what another brings along.
            await EmailAttachments.StoreAsync(work.Connection, clientId, wanted.Select(item => item.Input), cancellationToken);
            // What is rendered may be far larger than what was sent.
            foreach (var part in change.Items.Where(item => item.Action != ConfigChange.Action.Keep)
                .Chunk(areRendered ? RenderedContent.MaxAtOnce : EmailList.MaxEmails))
            {
                var made = part.Select(item => NewEmail.Create(
                    clientId, item.Wanted.Key, item.Wanted.Content,
                    new(EmailSource.Config, instance.Name, $"config revision {revision}", revision), now))
                        .ToList();
                await EmailInserts.InsertAsync(
                    work.Connection, made.ConvertAll(each => each.Email), made.Select(each => each.Body), cancellationToken);
                made.ForEach(each => created.Add(each.Email.Key!, each.Email));
            }

            var cancelled = Cancellations(change, created, revision);
            await EmailChanges.CancelAsync(work.Connection, cancelled, cancellationToken);
            await EmailChanges.CancelOnRetryAsync(work.Connection, NotTriedAgain(change, created, revision), cancellationToken);
            work.Session.Store(new EmailConfig
            {
                Id = clientId,
                Revision = revision,
                SavedAt = now,
                Items = [.. change.Items.Select(item => created.TryGetValue(item.Wanted.Key, out var made)
                    ? item.Wanted.Stored(made.Id)
                    : item.Old! with { Fingerprint = item.Wanted.Fingerprint, Template = item.Wanted.Template })],
            });
            work.Session.Insert(new ConfigRevision
            {
                Id = ConfigRevision.IdOf(clientId, revision),
                ClientId = clientId,
                Revision = revision,
                SavedAt = now,
                SavedBy = caller.Name,
                Changes = change.Counts(),
                Scheduled = [.. created.Values.Select(made => made.Id)],
                Cancelled = [.. cancelled.Select(move => move.Id)],
            });
            SystemEvents.ConfigSaved(work.Session, clientId, revision);
            await outbox.PublishAsync(
                work.Connection, new EmailConfigSaved { ClientId = clientId, Revision = revision }, now, cancellationToken);
            var counts = change.Counts();
            logger.ConfigSaved(clientId, revision, counts.Scheduled, counts.Superseded, counts.Removed, counts.Kept);
            return (SavedConfig.From(clientId, revision, now, dryRun, change, statuses, created), revision);
        }
    }

    private List<EmailTransition> Cancellations(ConfigChange change, Dictionary<string, ScheduledEmail> created, long revision) =>
    [
        .. change.Items.Where(item => item.Action == ConfigChange.Action.Supersede).Select(item => EmailTransition.Cancel(
            item.Old!.EmailId, CancelReason.Superseded, created[item.Wanted.Key].Id, $"superseded by config revision {revision}",
            instance.Name)),
        .. change.Removed.Select(item =>
            EmailTransition.Cancel(item.EmailId, CancelReason.Removed, null, $"removed by config revision {revision}", instance.Name)),
    ];

    private List<EmailTransition> NotTriedAgain(ConfigChange change, Dictionary<string, ScheduledEmail> created, long revision) =>
    [
        .. change.Items.Where(item => item.OldIsRunning).Select(item => EmailTransition.CancelOnRetry(
            item.Old!.EmailId, CancelReason.Superseded, created[item.Wanted.Key].Id, $"superseded by config revision {revision}",
            instance.Name)),
        .. change.Running.Select(item => EmailTransition.CancelOnRetry(
            item.EmailId, CancelReason.Removed, null, $"removed by config revision {revision}", instance.Name)),
    ];
}
