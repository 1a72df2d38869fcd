using Mail.ConfigService.Access;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Recurrences;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
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
    UnitOfWork unit, Outbox outbox, EmailAttachments attachments, CurrentTimeZones zones, Instance instance,
    ILogger<SaveEmailConfig> logger)
{
    private static readonly Parameter _dryRun =
        Parameter.DryRun("Answers what a save would do, without ids for what would be new, and changes nothing.");

    internal static void Map(RouteGroupBuilder api) => api.MapPut("/client/{client_id}/email-config", HandleAsync)
        .WithName("SaveEmailConfig")
        .Takes(_dryRun, Parameter.IfMatch).Takes<EmailConfigInput>()
        .Answers<SavedConfig>(headers: AnswerHeader.ETag)
        .Refuses(
            ProblemCodes.RevisionMismatch, ProblemCodes.TimeWithoutOffset, ProblemCodes.ScheduledInThePast,
            ProblemCodes.ScheduledTooFarAhead, ProblemCodes.AlreadySent, ProblemCodes.InvalidQuery)
        .Refuses([.. LocalTimeInput.Refusals.Union(RecurrenceInput.Refusals)])
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
    /// Saved, or unchanged; on a dry run, what would happen. `ETag` is the config's revision as it stands now, where there is one.
    /// </response>
    internal static async Task<SavedConfig> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, SaveEmailConfig save)
    {
        var query = new Query(context);
        var dryRun = query.Flag(_dryRun.Name);
        query.Checked();
        var wanted = save.Read(await RequestBody.ReadAsync(context));
        var (body, revision) = await save.RunAsync(
            clientId, wanted, Preconditions.From(context), dryRun, Caller.From(context), context.RequestAborted);
        if (revision is { } current)
            Revisions.Tag(context, current);
        return body;
    }

    /// <summary>Reads the body of a save.</summary>
    internal ReadConfig Read(ReadOnlyMemory<byte> body, string what = "The body") => ReadConfig.From(body, zones.Zones, what);

    internal Task<(SavedConfig Body, long? CurrentRevision)> RunAsync(
        string clientId, ReadConfig read, Preconditions preconditions, bool dryRun, Caller caller, CancellationToken cancellationToken)
    {
        var areRendered = read.Inputs.Exists(input => input.Template is not null);
        // Where something is wrong already, the rest is only looked at, so that all of it is named at once.
        var isLook = dryRun || read.Errors.Any;
        return isLook
            ? unit.RunAsync(SaveAsync, cancellationToken)
            : unit.RunInTurnAsync(Revisions.TurnOf(clientId), SaveAsync, cancellationToken);

        async Task<(SavedConfig Body, long? CurrentRevision)> SaveAsync(UnitOfWork.Work work)
        {
            // Load.
            if (read.Inputs.Exists(input => input.Local is not null || input.Recurrence is not null))
                await zones.CheckAsync(work.Connection, cancellationToken);
            if (!isLook)
                await SeriesTable.LockAsync(work.Connection, clientId, cancellationToken);
            if (areRendered && !isLook)
                await EmailInserts.BeginPartsAsync(work.Connection, clientId, cancellationToken);
            var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            if (!read.Errors.Any)
                Revisions.Check(preconditions, config);
            var current = config?.Items ?? [];
            List<ConfigItem> before = [.. current, .. config?.Series ?? []];
            await Planning.PlanForAsync(work.Connection, before.Count + read.Inputs.Count, cancellationToken);
            var all = await read.CompleteAsync(work, clientId, before, attachments, zones.Zones, cancellationToken);
            var wanted = all.FindAll(item => item.Series is null);
            var series = new ConfigSeries(config?.Series ?? [], all, zones.Zones);
            var statuses = await EmailStates.StatusesAsync(
                work.Connection, [.. current.Select(item => item.EmailId)], @lock: false, cancellationToken);
            // What is only looked at waits for no erasure, which may have taken some since the config was read.
            current = [.. current.Where(item => statuses.ContainsKey(item.EmailId))];
            var contested = ConfigChange.Contested(current, wanted);
            if (!isLook)
                await ConfigLocks.TakeAsync(work.Connection, clientId, contested, series, work.Now, cancellationToken);
            foreach (var (id, status) in await EmailStates.StatusesAsync(
                work.Connection, contested, @lock: !isLook, cancellationToken))
            {
                statuses[id] = status;
            }

            var left = await EmailStates.LeftByConfigAsync(
                work.Connection, clientId, [.. current.Select(item => item.EmailId)], series.Keys, @lock: !isLook, cancellationToken);
            // Waiting for the locks took its time.
            var now = await UnitOfWork.NowAsync(work.Connection, cancellationToken);

            // Decide.
            var change = ConfigChange.Decide(
                current, statuses, wanted, [.. left.Select(email => ConfigItem.Left(email.Key, email.Id))], now, zones.Zones);
            change.AddConflicts(read.Errors);
            read.CheckTimes(current, now);
            var seriesSave = new SeriesSave(work.Connection, clientId, zones.Zones, now, instance.Name);
            await seriesSave.DecideAsync(series.Current, series.Changed, series.Gone, @lock: !isLook, cancellationToken);
            series.AddConflicts(seriesSave, now, read.Errors);
            read.Errors.Throw();
            var exists = config is { Deleted: false };
            var isSame = !change.Any && !series.Any && exists;
            var revision = isSame ? config!.Revision : (config?.Revision ?? 0) + 1;
            var created = new Dictionary<string, ScheduledEmail>(StringComparer.Ordinal);
            if (isSame || dryRun)
            {
                var waits = await series.WaitingAsync(work.Connection, clientId, now, cancellationToken);
                return (
                    SavedConfig.From(
                        clientId, revision, isSame ? config!.SavedAt : now, dryRun, change, statuses, created,
                        series.Answer(seriesSave, waits)),
                    exists ? config!.Revision : null);
            }

            // Save.
            // Those of kept items, too: a new one may refer to what another brings along.
            await EmailAttachments.StoreAsync(work.Connection, clientId, all.Select(item => item.Input), cancellationToken);
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

            var transitions = new ConfigTransitions(change, created, revision, instance.Name);
            var cancelled = transitions.Cancellations();
            await EmailChanges.CancelManyAsync(work.Connection, cancelled, cancellationToken);
            await EmailChanges.CancelOnRetryAsync(work.Connection, transitions.NotTriedAgain(), cancellationToken);
            await EmailChanges.RezoneAsync(work.Connection, transitions.Rezoned(), cancellationToken);
            await seriesSave.SaveAsync(outbox, revision, cancellationToken);
            var waiting = await series.WaitingAsync(work.Connection, clientId, now, cancellationToken);
            var body = SavedConfig.From(
                clientId, revision, now, dryRun, change, statuses, created, series.Answer(seriesSave, waiting));
            work.Session.Store(new EmailConfig
            {
                Id = clientId,
                Revision = revision,
                SavedAt = now,
                Items = [.. change.Items.Select(item => created.TryGetValue(item.Wanted.Key, out var made)
                    ? item.Wanted.Stored(made.Id)
                    : item.Wanted.Kept(item.Old!))],
                Series = series.Stored,
                Order = series.Stored is null ? null : all.ConvertAll(item => item.Key),
            });
            work.Session.Insert(new ConfigRevision
            {
                Id = ConfigRevision.IdOf(clientId, revision),
                ClientId = clientId,
                Revision = revision,
                SavedAt = now,
                SavedBy = caller.Name,
                Changes = body.Changes,
                Scheduled = [.. created.Values.Select(made => made.Id), .. seriesSave.Created],
                Cancelled = [.. cancelled.Select(move => move.Id), .. seriesSave.Cancelled],
            });
            SystemEvents.ConfigSaved(work.Session, clientId, revision);
            await outbox.PublishAsync(
                work.Connection, new EmailConfigSaved { ClientId = clientId, Revision = revision }, now, cancellationToken);
            var counts = body.Changes;
            logger.ConfigSaved(clientId, revision, counts.Scheduled, counts.Superseded, counts.Removed, counts.Kept);
            return (body, revision);
        }
    }
}
