using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>POST /client/{client_id}/webhooks</c>: begins with what happens from now on.</summary>
internal sealed class CreateWebhook(UnitOfWork unit, WebhookUrl urls, WebhookSecret secrets)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/client/{client_id}/webhooks", HandleAsync)
        .WithName("CreateWebhook")
        .Takes<WebhookInput>().Answers<WebhookWithSecret>(StatusCodes.Status201Created, headers: AnswerHeader.Location)
        .Refuses(ProblemCodes.EgressForbidden, ProblemCodes.TooManyWebhooks, ProblemCodes.WebhooksNotConfigured);

    /// <summary>Make a webhook</summary>
    /// <remarks>
    /// From now on each event of these types is sent there, signed as Standard Webhooks 1.0 has it: at least once, in no promised order
    /// (`data.sequence` grows from event to event of an e-mail), with the event's id as `webhook-id`. 2xx is success. What fails is tried
    /// again after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h; `Retry-After` is honoured, and 410 disables the webhook.
    /// </remarks>
    /// <response code="201">Made: note the secret now, it is shown this once.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateWebhook create)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var fields = new ObjectReader(await RequestBody.ReadAsync(context), errors, "url", "types", "description");
        var url = await create.Urls.ReadAsync(fields, required: true, context.RequestAborted);
        var types = WebhookInput.ReadTypes(fields) ?? [];
        var description = fields.Line("description", WebhookInput.MaxDescription);
        errors.Throw();
        var made = await create.RunAsync(clientId, url!, types, description, Caller.From(context), context.RequestAborted);
        context.Response.Headers.Location = $"/api/v1/client/{clientId}/webhooks/{made.Id}";
        return Results.Json(made, statusCode: StatusCodes.Status201Created);
    }

    private WebhookUrl Urls => urls;

    internal Task<WebhookWithSecret> RunAsync(
        string clientId, string url, List<string> types, string? description, Caller caller, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var (shown, kept) = secrets.Make(id);
        return unit.RunInTurnAsync(
            OneWebhook.TurnOf(clientId),
            async work =>
            {
                if ((await WebhookTable.ListAsync(work.Connection, clientId, cancellationToken)).Count >= WebhookTable.MaxOfClient)
                {
                    var errors = new Errors();
                    errors.Add(
                        "", $"would be the client's webhook number {WebhookTable.MaxOfClient + 1}: {WebhookTable.MaxOfClient} are the most",
                        ProblemCodes.TooManyWebhooks);
                    errors.Throw();
                }

                var webhook = new Webhook(id, clientId, url, types, description, work.Now)
                {
                    Cursor = await EventFeed.EndAsync(work.Connection, cancellationToken),
                };
                return new WebhookWithSecret(
                    await WebhookTable.InsertAsync(work.Connection, webhook, kept, cancellationToken), caller, shown);
            },
            cancellationToken);
    }
}
