using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Holds;

/// <summary>
/// <c>POST /release</c>, for everything or for one client; with <c>dry_run=true</c> it only says what would go out. Idempotent.
/// </summary>
internal sealed class ReleaseSending(UnitOfWork unit, WakeOverdue wake)
{
    internal static void Map(RouteGroupBuilder api) => api.MapHold<ReleaseSending>("Release", static async (release, id, context) =>
    {
        var query = new Query(context, "dry_run");
        var dryRun = query.Flag("dry_run");
        query.Checked();
        var reason = await HoldState.ReasonAsync(context);
        return dryRun ? await release.PreviewAsync(id, context.RequestAborted) : await release.RunAsync(id, reason, context.RequestAborted);
    });

    internal async Task<HoldState> RunAsync(string id, string? reason, CancellationToken cancellationToken)
    {
        await unit.RunAsync(
            async work =>
            {
                work.Session.Delete<Hold>(id);
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
        while (await unit.RunAsync(work => wake.RunOnceAsync(work.Connection, TimeSpan.Zero, WakeOverdue.Lost, cancellationToken), cancellationToken)
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
