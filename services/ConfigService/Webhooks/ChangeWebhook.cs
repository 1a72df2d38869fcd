using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>PATCH …/webhooks/{id}</c>, <c>DELETE …/webhooks/{id}</c>, <c>POST …/webhooks/{id}/enable</c>.</summary>
internal sealed class ChangeWebhook(UnitOfWork unit, WebhookUrl urls)
{
    private static readonly string[] _fields = ["url", "types", "description"];

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPatch(OneWebhook.Path, HandleAsync).WithName("ChangeWebhook")
            .Takes<WebhookChangeInput>().Answers<WebhookView>().Refuses(ProblemCodes.WebhookNotFound, ProblemCodes.EgressForbidden);
        api.MapDelete(OneWebhook.Path, DeleteAsync).WithName("DeleteWebhook")
            .AnswersNothing().Refuses(ProblemCodes.WebhookNotFound);
        api.MapPost($"{OneWebhook.Path}/enable", EnableAsync).WithName("EnableWebhook")
            .TakesNoFields().Answers<WebhookView>().Refuses(ProblemCodes.WebhookNotFound);
    }

    private WebhookUrl Urls => urls;

    /// <summary>Change a webhook</summary>
    /// <remarks>What is left out stays; a `description` of null is taken away. The next delivery goes to the new address.</remarks>
    /// <response code="200">The webhook as it is now.</response>
    internal static async Task<WebhookView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, ChangeWebhook change)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var body = await RequestBody.ReadAsync(context);
        var fields = new ObjectReader(body, errors, _fields);
        var url = await change.Urls.ReadAsync(fields, required: false, context.RequestAborted);
        var types = WebhookInput.ReadTypes(fields);
        var description = fields.Line("description", WebhookInput.MaxDescription);
        errors.Throw();
        // To the reader of fields, null is as good as left out.
        var isGiven = JsonFields.Find(body.Span, errors, _fields)!.ContainsKey("description");
        return new(
            await change.RunAsync(
                clientId, id,
                (work, old) => WebhookTable.UpdateAsync(
                    work.Connection,
                    old with
                    {
                        Url = url ?? old.Url,
                        Types = types ?? old.Types,
                        Description = isGiven ? description : old.Description,
                    },
                    context.RequestAborted),
                context.RequestAborted),
            Caller.From(context));
    }

    /// <summary>Delete a webhook</summary>
    /// <remarks>With its secrets and its deliveries. What is being delivered at this moment may still arrive.</remarks>
    /// <response code="204">Deleted.</response>
    internal static async Task<IResult> DeleteAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, ChangeWebhook change)
    {
        _ = new Query(context).Checked();
        await change.RunDeleteAsync(clientId, id, context.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>Enable a webhook</summary>
    /// <remarks>
    /// One that was disabled goes on where it stopped: it gets what happened meanwhile, as far as that is still kept, and what waited for
    /// another try or was answered 410. Idempotent.
    /// </remarks>
    /// <response code="200">The webhook as it is now.</response>
    internal static async Task<WebhookView> EnableAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, ChangeWebhook change)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return new(await change.RunEnableAsync(clientId, id, context.RequestAborted), Caller.From(context));
    }

    internal Task<Webhook> RunEnableAsync(string clientId, string id, CancellationToken cancellationToken) => RunAsync(
        clientId, id, (work, old) => WebhookTable.EnableAsync(work.Connection, clientId, old.Id, cancellationToken), cancellationToken);

    internal Task RunDeleteAsync(string clientId, string id, CancellationToken cancellationToken) => RunAsync(
        clientId, id,
        async (work, old) =>
        {
            await WebhookTable.DeleteAsync(work.Connection, clientId, old.Id, cancellationToken);
            return old;
        },
        cancellationToken);

    private Task<Webhook> RunAsync(
        string clientId, string id, Func<UnitOfWork.Work, Webhook, Task<Webhook?>> run, CancellationToken cancellationToken) =>
        unit.RunInTurnAsync(
            OneWebhook.TurnOf(clientId),
            async work =>
                await run(work, await OneWebhook.FindAsync(work.Connection, clientId, id, cancellationToken))
                ?? throw new ProblemException(ProblemCodes.WebhookNotFound),
            cancellationToken);
}
