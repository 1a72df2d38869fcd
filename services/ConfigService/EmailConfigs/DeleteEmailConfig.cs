using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.Contracts;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary><c>DELETE /client/{client_id}/email-config</c>: cancels what is pending, and removes the config.</summary>
internal sealed class DeleteEmailConfig(UnitOfWork unit, Outbox outbox, TimeZones zones, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapDelete("/client/{client_id}/email-config", HandleAsync)
        .WithName("DeleteEmailConfig")
        .Takes(Parameter.IfMatch).Answers<DeletedConfig>().Refuses(ProblemCodes.ConfigNotFound, ProblemCodes.RevisionMismatch);

    /// <summary>Delete a client's e-mail config</summary>
    /// <remarks>Cancels what is pending and removes the config. Single e-mails stay.</remarks>
    /// <response code="200">Deleted.</response>
    internal static Task<DeletedConfig> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, DeleteEmailConfig delete)
    {
        _ = new Query(context).Checked();
        return delete.RunAsync(clientId, Preconditions.From(context), Caller.From(context), context.RequestAborted);
    }

    private Task<DeletedConfig> RunAsync(
        string clientId, Preconditions preconditions, Caller caller, CancellationToken cancellationToken) =>
        unit.RunInTurnAsync(Revisions.TurnOf(clientId), async work =>
        {
            var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            if (config is null or { Deleted: true })
                throw new ProblemException(ProblemCodes.ConfigNotFound);
            Revisions.Check(preconditions, config);
            await Planning.PlanForAsync(work.Connection, config.Items.Count + (config.Series?.Count ?? 0), cancellationToken);
            await SeriesTable.LockAsync(work.Connection, clientId, cancellationToken);
            await ConfigLocks.TakeAsync(
                work.Connection, clientId, [.. config.Items.Select(item => item.EmailId)],
                new ConfigSeries(config.Series ?? [], [], zones), work.Now, cancellationToken);
            var statuses = await EmailStates.StatusesAsync(
                work.Connection, [.. config.Items.Select(item => item.EmailId)], @lock: true, cancellationToken);
            var left = await EmailStates.LeftByConfigAsync(
                work.Connection, clientId, [.. config.Items.Select(item => item.EmailId)],
                [.. config.Series?.Select(item => item.Key) ?? []], @lock: true, cancellationToken);
            // A config without items: the same decision as a save.
            var change = ConfigChange.Decide(
                config.Items, statuses, [], [.. left.Select(email => ConfigItem.Left(email.Key, email.Id))], work.Now);
            var revision = config.Revision + 1;
            var series = new SeriesSave(work.Connection, clientId, zones, work.Now, instance.Name);
            var current = (config.Series ?? []).ToDictionary(item => item.Key, StringComparer.Ordinal);
            await series.DecideAsync(current, [], [.. current.Keys], @lock: true, cancellationToken);
            await series.SaveAsync(outbox, revision, cancellationToken);
            await EmailChanges.CancelManyAsync(
                work.Connection,
                [
                    .. change.Removed.Select(
                        item => EmailTransition.Cancel(item.EmailId, CancelReason.Removed, null, "the config was deleted", instance.Name)),
                ],
                cancellationToken);
            await EmailChanges.CancelOnRetryAsync(
                work.Connection,
                [
                    .. change.Running.Select(item =>
                        EmailTransition.CancelOnRetry(item.EmailId, CancelReason.Removed, null, "the config was deleted", instance.Name)),
                ],
                cancellationToken);
            List<TooLate> tooLate =
                [.. change.TooLate, .. series.TooLate.Select(email => new TooLate(email.Key!, email.Id, email.Status))];
            work.Session.Store(
                config with { Revision = revision, SavedAt = work.Now, Deleted = true, Items = [], Series = null, Order = null });
            work.Session.Insert(new ConfigRevision
            {
                Id = ConfigRevision.IdOf(clientId, revision),
                ClientId = clientId,
                Revision = revision,
                SavedAt = work.Now,
                SavedBy = caller.Name,
                Changes = change.Counts() with
                {
                    Removed = change.Removed.Count + series.Cancelled.Count,
                    TooLate = tooLate,
                },
                Cancelled = [.. change.Removed.Select(item => item.EmailId), .. series.Cancelled],
            });
            SystemEvents.ConfigSaved(work.Session, clientId, revision);
            await outbox.PublishAsync(
                work.Connection, new EmailConfigSaved { ClientId = clientId, Revision = revision }, work.Now, cancellationToken);
            return new DeletedConfig(change.Removed.Count + series.Cancelled.Count, tooLate);
        }, cancellationToken);
}

/// <summary>What a delete did.</summary>
/// <param name="Cancelled">E-mails that were taken back.</param>
/// <param name="TooLate">E-mails that are already being sent.</param>
[Example("""{"cancelled":4,"too_late":[]}""")]
internal sealed record DeletedConfig(int Cancelled, IReadOnlyList<TooLate> TooLate);
