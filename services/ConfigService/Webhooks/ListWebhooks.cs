using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>GET /client/{client_id}/webhooks</c> and <c>GET …/webhooks/{id}</c>.</summary>
internal static class ListWebhooks
{
    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/client/{client_id}/webhooks", HandleAsync)
            .WithName("ListWebhooks").Answers<WebhookList>();
        api.MapGet(OneWebhook.Path, OneAsync)
            .WithName("GetWebhook").Answers<WebhookView>().Refuses(ProblemCodes.WebhookNotFound);
    }

    /// <summary>List a client's webhooks</summary>
    /// <remarks>With the last answer of each, and without secrets.</remarks>
    /// <response code="200">The webhooks.</response>
    internal static async Task<WebhookList> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var webhooks = await RunAsync(clientId, unit, context.RequestAborted);
        return new([.. webhooks.Select(each => new WebhookView(each, Caller.From(context)))]);
    }

    /// <summary>Get a webhook</summary>
    /// <remarks>With the last answer, and without its secret.</remarks>
    /// <response code="200">The webhook.</response>
    internal static async Task<WebhookView> OneAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var webhook = await unit.ConnectAsync(
            connection => OneWebhook.FindAsync(connection, clientId, id, context.RequestAborted), context.RequestAborted);
        return new(webhook, Caller.From(context));
    }

    internal static Task<List<Webhook>> RunAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken) =>
        unit.ConnectAsync(connection => WebhookTable.ListAsync(connection, clientId, cancellationToken), cancellationToken);
}
