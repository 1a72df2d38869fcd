using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Holds;

/// <summary><c>POST /hold</c>, for everything or for one client. Idempotent.</summary>
internal sealed class HoldSending(UnitOfWork unit, TimeProvider time)
{
    /// <summary>Holds and releases of the same thing take turns: the name of <see cref="UnitOfWork.RunInTurnAsync"/>.</summary>
    internal static string TurnOf(string id) => $"mail.hold/{id}";

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/hold", EverythingAsync).OperatorOnly()
            .WithName("HoldEverything").MayTake<HoldInput>().Answers<HoldState>();
        api.MapPost("/client/{client_id}/hold", ClientAsync).OperatorOnly()
            .WithName("HoldClient").MayTake<HoldInput>().Answers<HoldState>();
    }

    /// <summary>Hold all sending back</summary>
    /// <remarks>
    /// Nothing is handed over meanwhile; e-mails stay `pending`, and saving, cancelling and moving go on. What is being handed over when it
    /// comes is waited for, 10 s at the most. Idempotent: held already, it stays held since then, with the reason given last.
    /// </remarks>
    /// <response code="200">Held.</response>
    internal static Task<HoldState> EverythingAsync(HttpContext context, HoldSending hold) => hold.HandleAsync(Hold.Everything, context);

    /// <summary>Hold a client's sending back</summary>
    /// <remarks>
    /// Nothing is handed over meanwhile; e-mails stay `pending`, and saving, cancelling and moving go on. What is being handed over when it
    /// comes is waited for, 10 s at the most. Idempotent: held already, it stays held since then, with the reason given last.
    /// </remarks>
    /// <response code="200">Held.</response>
    internal static Task<HoldState> ClientAsync([FromRoute(Name = "client_id")] string clientId, HttpContext context, HoldSending hold) =>
        hold.HandleAsync(clientId, context);

    private async Task<HoldState> HandleAsync(string id, HttpContext context)
    {
        _ = new Query(context).Checked();
        return await RunAsync(id, await HoldInput.ReadReasonAsync(context), Caller.From(context), context.RequestAborted);
    }

    internal async Task<HoldState> RunAsync(string id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var hold = await unit.RunInTurnAsync(TurnOf(id), async work =>
        {
            var hold = await work.Session.LoadAsync<Hold>(id, cancellationToken);
            // Held already: since then, and for the reason given last.
            var isNew = hold is null;
            hold = hold is null
                ? new Hold { Id = id, Reason = reason, Since = work.Now, By = caller.Name }
                : hold with { Reason = reason ?? hold.Reason };
            work.Session.Store(hold);
            if (isNew)
                SystemEvents.HoldStarted(work.Session, hold);
            return hold;
        }, cancellationToken);
        await RunningDeliveries.AwaitAsync(unit, id == Hold.Everything ? null : id, time, cancellationToken);
        return new(true, hold.Reason, hold.Since);
    }
}
