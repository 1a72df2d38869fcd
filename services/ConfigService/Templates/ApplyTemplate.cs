using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Contracts;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary>
/// <c>POST /client/{client_id}/templates/{name}/apply</c>: renders what waits again, by another version. The config, its e-mails, the
/// single ones and the event <see cref="EmailConfigSaved"/> are committed together, or none of them.
/// </summary>
internal sealed class ApplyTemplate(UnitOfWork unit, Outbox outbox, EmailAttachments attachments, TimeZones zones, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost($"{TemplateVersions.Path}/apply", HandleAsync)
        .WithName("ApplyTemplate").Takes(Parameter.IdempotencyKey).MayTake<ApplyInput>()
        .Answers<AppliedTemplate>(headers: AnswerHeader.IdempotencyReplayed)
        .Refuses([
            ProblemCodes.TemplateNotFound, ProblemCodes.TemplateVersionNotFound, ProblemCodes.MessageTooLarge, ProblemCodes.UnusedContentId,
            ProblemCodes.UnknownContentId, ProblemCodes.IdempotencyInProgress, ProblemCodes.InvalidIdempotencyKey,
            ProblemCodes.IdempotencyKeyReused, .. TemplateRefusals.OfData,
        ]);

    /// <summary>Apply a version to what waits</summary>
    /// <remarks>
    /// Renders the pending e-mails of older versions again, those of the config and single ones, from the data that they were saved with.
    /// Each one that changes is superseded, and the config's items then hold the new version. Items whose config names a version are left,
    /// and listed as `pinned`. Where data does not fit the new version, nothing changes. Look first, with `dry_run`.
    /// </remarks>
    /// <response code="200">Applied; on a dry run, what would happen.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, ApplyTemplate apply)
    {
        _ = new Query(context).Checked();
        var idempotency = Idempotency.From(context, clientId);
        var (errors, body) = (new Errors(), await RequestBody.ReadAsync(context, optional: true));
        var fields = new ObjectReader(body, errors, "version", "dry_run");
        var (version, dryRun) = (fields.Count("version"), fields.Flag("dry_run") ?? false);
        errors.Throw();
        var (caller, cancellationToken) = (Caller.From(context), context.RequestAborted);
        if (dryRun)
            return Results.Json(await apply.RunAsync(clientId, name, version, dryRun, caller, cancellationToken));
        return await idempotency.AnswerAsync(
            body, apply.Unit,
            async work =>
            {
                var applied = await apply.RunAsync(work, clientId, name, version, dryRun: false, caller, cancellationToken);
                return new(applied, Location: null, [.. applied.Emails.Select(item => item.Id).OfType<Guid>()]);
            },
            context, StatusCodes.Status200OK, Revisions.TurnOf(clientId));
    }

    private UnitOfWork Unit => unit;

    internal Task<AppliedTemplate> RunAsync(
        string clientId, string name, int? wanted, bool dryRun, Caller caller, CancellationToken cancellationToken)
    {
        return dryRun
            ? unit.RunAsync(ApplyAsync, cancellationToken)
            : unit.RunInTurnAsync(Revisions.TurnOf(clientId), ApplyAsync, cancellationToken);

        Task<AppliedTemplate> ApplyAsync(UnitOfWork.Work work) =>
            RunAsync(work, clientId, name, wanted, dryRun, caller, cancellationToken);
    }

    private async Task<AppliedTemplate> RunAsync(
        UnitOfWork.Work work, string clientId, string name, int? wanted, bool dryRun, Caller caller, CancellationToken cancellationToken)
    {
        // Load.
        if (!dryRun)
            await SeriesTable.LockAsync(work.Connection, clientId, cancellationToken);
        if (!dryRun)
            await EmailInserts.BeginPartsAsync(work.Connection, clientId, cancellationToken);
        var template = await TemplateVersions.TemplateAsync(work.Session, clientId, name, cancellationToken);
        var version = await TemplateVersions.VersionAsync(work.Session, template, wanted, cancellationToken);
        var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
        var older = await TemplatedEmails.OlderAsync(
            work.Connection, clientId, new(name, version.Version), @lock: !dryRun, cancellationToken);

        // Decide, and render part by part: what is rendered may be large.
        var change = TemplateChange.Decide(older, [.. config?.Items ?? [], .. config?.Series ?? []], version.Version);
        var application = new TemplateApplication(
            work, outbox, attachments, zones, clientId, version, (config?.Revision ?? 0) + 1, instance.Name, dryRun);
        foreach (var part in change.Emails.Chunk(RenderedContent.MaxAtOnce))
            await application.RunAsync(part, cancellationToken);
        application.Errors.Throw();

        // Save.
        var counts = application.Counts;
        var changesConfig = application.Items.Count > 0;
        if (changesConfig && !dryRun)
            await SaveAsync(work, config!, application, caller, cancellationToken);
        var revision = config is null or { Deleted: true } ? null : (long?)config.Revision + (changesConfig ? 1 : 0);
        return new(
            clientId, name, version.Version, revision, work.Now, dryRun, counts, application.Emails, [],
            [.. change.Pinned.Select(pinned => new PinnedItem(pinned.Item!.Key, pinned.Email.Id, pinned.Item.Template!.Version))]);
    }

    private async Task SaveAsync(
        UnitOfWork.Work work, EmailConfig config, TemplateApplication application, Caller caller, CancellationToken cancellationToken)
    {
        var revision = config.Revision + 1;
        work.Session.Store(config with
        {
            Revision = revision,
            SavedAt = work.Now,
            Items = [.. config.Items.Select(item => application.Items.GetValueOrDefault(item.Key, item))],
            Series = config.Series?.ConvertAll(item => application.Items.GetValueOrDefault(item.Key, item)),
        });
        await SeriesTable.SayAsync(work.Connection, config.Id, application.Series, cancellationToken);
        work.Session.Insert(new ConfigRevision
        {
            Id = ConfigRevision.IdOf(config.Id, revision),
            ClientId = config.Id,
            Revision = revision,
            SavedAt = work.Now,
            SavedBy = caller.Name,
            Changes = application.Counts,
            Scheduled = [.. application.OfConfig.Select(each => each.New)],
            Cancelled = [.. application.OfConfig.Select(each => each.Old)],
        });
        SystemEvents.ConfigSaved(work.Session, config.Id, revision);
        await outbox.PublishAsync(
            work.Connection, new EmailConfigSaved { ClientId = config.Id, Revision = revision }, work.Now, cancellationToken);
    }
}

/// <summary>What to apply.</summary>
/// <param name="Version">The version; the current one where left out.</param>
/// <param name="DryRun">Answers what would happen, and changes nothing.</param>
[Example("""{"version":3,"dry_run":true}""")]
internal sealed record ApplyInput([property: Range(1, int.MaxValue)] int? Version = null, bool? DryRun = null);
