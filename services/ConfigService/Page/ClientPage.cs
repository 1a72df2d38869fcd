using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Holds;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Status;
using Mail.ConfigService.Templates;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/clients/{client_id}</c>: a client at a glance; its config as it stands, who changed it when, what holds it back, and its keys.
/// </summary>
internal sealed class ClientPage(UnitOfWork unit, GetClient client, TimeZones zones, Html html)
{
    private const int MaxItems = 50;
    private const int MaxRevisions = 20;

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/clients/{client_id}", (int? from, string? did, HttpContext context, ClientPage client) =>
            client.ShowAsync(context, Math.Max(0, from ?? 0), Said(did)));
        page.MapPost("/clients/{client_id}/keys", (HttpContext context, ClientPage client) => client.MakeKeyAsync(context));
        page.MapPost("/clients/{client_id}/keys/{id}/revoke", async (string id, HttpContext context, UnitOfWork unit) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            await RevokeApiKey.RunAsync(ClientId(context), id, unit, context.RequestAborted);
            return Results.Redirect($"/clients/{ClientId(context)}?did=revoked");
        });

        HoldAndRelease.Map(page, "/clients/{client_id}", everything: null);
    }

    private async Task<IResult> MakeKeyAsync(HttpContext context)
    {
        Viewer.From(context).Caller.MustBeOperator();
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        var created = await CreateApiKey.RunAsync(
            ClientId(context), name.Length is 0 or > 128 ? "unnamed" : name.ReplaceLineEndings(" "), unit, context.RequestAborted);
        // Not a redirect: it is shown in this answer, and kept nowhere.
        return await ShowAsync(context, from: 0, created: created);
    }

    private async Task<IResult> ShowAsync(HttpContext context, int from, string? did = null, ApiKeyCreated? created = null)
    {
        var (clientId, cancellationToken) = (ClientId(context), context.RequestAborted);
        var viewer = Viewer.From(context) with { Path = $"/clients/{clientId}" };
        var glance = await client.RunAsync(clientId, cancellationToken);
        // A name with a typing error is none. What was done on this page is shown all the same.
        if (glance is null && viewer.Caller.IsOperator && did is null && created is null)
        {
            return await html.PageAsync<UnknownClientView>(
                StatusCodes.Status404NotFound, ("Viewer", viewer), ("ClientId", clientId));
        }

        var (config, items) = await unit.ReadAsync(
            async work =>
            {
                var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
                var items = config is null or { Deleted: true }
                    ? null
                    : await GetEmailConfig.ReadAsync(
                        config, [.. config.InOrder().Skip(from).Take(MaxItems)], work, zones, cancellationToken);
                return (config, items);
            },
            cancellationToken);
        return await html.PageAsync<ClientView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer), ("Did", did), ("Created", created),
            ("Shown", new ShownClient(
                clientId, glance, items, (config?.Items.Count + (config?.Series?.Count ?? 0)) ?? 0, from,
                items is null ? [] : config?.Series ?? [],
                await ListRevisions.RunAsync(clientId, long.MaxValue, MaxRevisions, unit, cancellationToken),
                (await ListHolds.RunAsync(unit, cancellationToken)).Items
                    .FirstOrDefault(hold => hold.ClientId is null || hold.ClientId == clientId),
                await ListTemplates.RunAsync(clientId, unit, cancellationToken),
                viewer.Caller.IsOperator ? await ListApiKeys.RunAsync(clientId, unit, cancellationToken) : null)));
    }

    /// <summary>The client that the address names.</summary>
    internal static string ClientId(HttpContext context) => (string)context.GetRouteValue("client_id")!;

    private static string? Said(string? did) => did switch
    {
        "saved" => "Saved.",
        "revoked" => "Revoked. The key no longer works anywhere.",
        _ => HoldAndRelease.Said(did, "Held. Nothing of this client is sent until it is released."),
    };
}
