using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Holds;

/// <summary><c>POST /hold</c>, for everything or for one client. Idempotent.</summary>
internal sealed class HoldSending(UnitOfWork unit, TimeProvider time)
{
    internal static void Map(RouteGroupBuilder api) => api.MapHold<HoldSending>("Hold", static async (hold, id, context) =>
    {
        _ = new Query(context).Checked();
        return await hold.RunAsync(id, await HoldState.ReasonAsync(context), Caller.From(context), context.RequestAborted);
    });

    internal async Task<HoldState> RunAsync(string id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var hold = await unit.RunInTurnAsync($"mail.hold/{id}", async work =>
        {
            var hold = await work.Session.LoadAsync<Hold>(id, cancellationToken);
            // Held already: since then, and for the reason given last.
            hold = hold is null
                ? new Hold { Id = id, Reason = reason, Since = work.Now, By = caller.Name }
                : hold with { Reason = reason ?? hold.Reason };
            work.Session.Store(hold);
            return hold;
        }, cancellationToken);
        await RunningDeliveries.AwaitAsync(unit, id == Hold.Everything ? null : id, time, cancellationToken);
        return new(true, hold.Reason, hold.Since);
    }
}
