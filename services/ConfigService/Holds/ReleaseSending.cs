using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Holds;

/// <summary>
/// <c>POST /release</c>, for everything or for one client; with <c>dry_run=true</c> it only says what would go out. Idempotent.
/// </summary>
internal sealed class ReleaseSending(UnitOfWork unit, WakeOverdue wake)
{
    private static readonly Parameter _dryRun =
        Parameter.DryRun("Answers whether it is held, and in `would_send` what would go out, and changes nothing.");

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/release", EverythingAsync).OperatorOnly()
            .WithName("ReleaseEverything").Takes(_dryRun).MayTake<HoldInput>().Answers<HoldState>();
        api.MapPost("/client/{client_id}/release", ClientAsync).OperatorOnly()
            .WithName("ReleaseClient").Takes(_dryRun).MayTake<HoldInput>().Answers<HoldState>();
    }

    /// <summary>Let sending go on</summary>
    /// <remarks>
    /// Ends the hold on everything, not those on single clients. After the restore fence held, it also says that this database is the one
    /// that is meant. What is overdue goes out, unless its `send_before` has passed. Look first, with `dry_run=true`. Idempotent.
    /// </remarks>
    /// <response code="200">Released; on a dry run, what would go out.</response>
    internal static Task<HoldState> EverythingAsync(HttpContext context, ReleaseSending release) =>
        release.HandleAsync(Hold.Everything, context);

    /// <summary>Let a client's sending go on</summary>
    /// <remarks>
    /// Ends the hold on this client, not one on everything. What is overdue goes out, unless its `send_before` has passed. Look first, with
    /// `dry_run=true`. Idempotent.
    /// </remarks>
    /// <response code="200">Released; on a dry run, what would go out.</response>
    internal static Task<HoldState> ClientAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, ReleaseSending release) =>
        release.HandleAsync(clientId, context);

    private async Task<HoldState> HandleAsync(string id, HttpContext context)
    {
        var query = new Query(context);
        var dryRun = query.Flag(_dryRun.Name);
        query.Checked();
        var reason = await HoldInput.ReadReasonAsync(context);
        return dryRun ? await PreviewAsync(id, context.RequestAborted) : await RunAsync(id, reason, context.RequestAborted);
    }

    internal async Task<HoldState> RunAsync(string id, string? reason, CancellationToken cancellationToken)
    {
        await unit.RunInTurnAsync(
            HoldSending.TurnOf(id),
            async work =>
            {
                if (await work.Session.LoadAsync<Hold>(id, cancellationToken) is { } hold)
                {
                    work.Session.Delete(hold);
                    SystemEvents.HoldEnded(work.Session, hold, Caller.Operator.Name);
                }

                // The database that was found is the one that is meant from now on, also after a restart.
                if (id == Hold.Everything)
                    await Installations.AcceptAsync(work.Connection, cancellationToken);
                return true;
            },
            cancellationToken);
        // What fell due meanwhile has lost its wake-up; if this fails, the sweep does it.
        await WakeAsync(unit, wake, cancellationToken);
        return new(false, reason, null);
    }

    /// <summary>Wakes all that is due, batch by batch, each in a transaction of its own.</summary>
    internal static async Task WakeAsync(UnitOfWork unit, WakeOverdue wake, CancellationToken cancellationToken)
    {
        while (await unit.RunAsync(
            work => wake.RunOnceAsync(work.Connection, TimeSpan.Zero, WakeOverdue.Lost, cancellationToken), cancellationToken)
            == WakeOverdue.BatchSize)
        {
            // Another batch.
        }
    }

    /// <summary>What would go out.</summary>
    internal async Task<HoldState> PreviewAsync(string id, CancellationToken cancellationToken)
    {
        var hold = await unit.QueryAsync(session => session.LoadAsync<Hold>(id, cancellationToken), cancellationToken);
        var pending = await unit.ConnectAsync(
            connection => EmailStates.PendingAsync(connection, id == Hold.Everything ? null : id, cancellationToken), cancellationToken);
        return new(hold is not null, hold?.Reason, hold?.Since, pending);
    }
}
