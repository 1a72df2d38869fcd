using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Holds;

/// <summary><c>POST /hold</c> and <c>/release</c>, for everything or for one client. Idempotent.</summary>
internal sealed class HoldSending(Unit unit, WakeOverdue wake)
{
    internal sealed record Answer(bool Held, string? Reason, DateTimeOffset? Since);

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/hold", (HttpContext context, HoldSending hold) => hold.HoldAsync(Hold.Everything, context))
            .OperatorOnly().WithName("HoldEverything").WithTags("Holding back");
        api.MapPost("/release", (HttpContext context, HoldSending hold) => hold.ReleaseAsync(Hold.Everything, context))
            .OperatorOnly().WithName("ReleaseEverything").WithTags("Holding back");
        api.MapPost("/client/{client_id}/hold", ([FromRoute(Name = "client_id")] string clientId, HttpContext context, HoldSending hold) => hold.HoldAsync(clientId, context))
            .OperatorOnly().WithName("HoldClient").WithTags("Holding back");
        api.MapPost("/client/{client_id}/release", ([FromRoute(Name = "client_id")] string clientId, HttpContext context, HoldSending hold) => hold.ReleaseAsync(clientId, context))
            .OperatorOnly().WithName("ReleaseClient").WithTags("Holding back");
    }

    private async Task<Answer> HoldAsync(string id, HttpContext context)
    {
        var reason = await ReasonAsync(context);
        return await unit.RunAsync(async work =>
        {
            await Unit.LockAsync(work, $"mail.hold/{id}", context.RequestAborted);
            var hold = await work.Session.LoadAsync<Hold>(id, context.RequestAborted);
            // Held already: since then, and for the reason given last.
            hold = hold is null
                ? new Hold { Id = id, Reason = reason, Since = work.Now, By = Caller.Of(context).Name }
                : hold with { Reason = reason ?? hold.Reason };
            work.Session.Store(hold);
            return new Answer(true, hold.Reason, hold.Since);
        }, context.RequestAborted);
    }

    private async Task<Answer> ReleaseAsync(string id, HttpContext context)
    {
        var reason = await ReasonAsync(context);
        await unit.RunAsync(
            work =>
            {
                work.Session.Delete<Hold>(id);
                return Task.FromResult(true);
            },
            context.RequestAborted);
        // What fell due meanwhile has lost its wake-up; if this fails, the sweep does it.
        await wake.RunAsync(context.RequestAborted);
        return new(false, reason, null);
    }

    private static async Task<string?> ReasonAsync(HttpContext context)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var reason = new ObjectReader((await RequestBody.ReadAsync(context, optional: true)).Root, "", errors, "reason").Text("reason", 500);
        errors.Throw();
        return reason;
    }
}
