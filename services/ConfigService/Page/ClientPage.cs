using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Holds;
using Mail.ConfigService.Page.Components;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary><c>/clients/{client_id}</c>: its config as it stands, who changed it when, what holds it back, and its keys.</summary>
internal static class ClientPage
{
    private const int MaxItems = 50;
    private const int MaxRevisions = 20;

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/clients/{client_id}", (int? from, string? did, HttpContext context, UnitOfWork unit, Html html) =>
            ShowAsync(context, unit, html, Math.Max(0, from ?? 0), Said(did)));

        page.MapPost("/clients/{client_id}/keys", async (HttpContext context, UnitOfWork unit, Html html) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var name = form["name"].ToString().Trim();
            var created = await CreateApiKey.RunAsync(
                ClientId(context), name.Length is 0 or > 128 ? "unnamed" : name.ReplaceLineEndings(" "), unit, context.RequestAborted);
            // Not a redirect: it is shown in this answer, and kept nowhere.
            return await ShowAsync(context, unit, html, from: 0, created: created);
        });

        page.MapPost("/clients/{client_id}/keys/{id}/revoke", async (string id, HttpContext context, UnitOfWork unit) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            await RevokeApiKey.RunAsync(ClientId(context), id, unit, context.RequestAborted);
            return Results.Redirect($"/clients/{ClientId(context)}?did=revoked");
        });

        HoldAndRelease.Map(page, "/clients/{client_id}", everything: null);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, UnitOfWork unit, Html html, int from, string? did = null, ApiKeyCreated? created = null)
    {
        var (viewer, clientId) = (Viewer.From(context), ClientId(context));
        var zones = context.RequestServices.GetRequiredService<TimeZones>();
        var (config, items) = await unit.RunAsync(
            async work =>
            {
                var config = await work.Session.LoadAsync<EmailConfig>(clientId, context.RequestAborted);
                var items = config is null or { Deleted: true }
                    ? null
                    : await GetEmailConfig.ReadAsync(
                        config, [.. config.Items.Concat(config.Series ?? []).Skip(from).Take(MaxItems)], work, zones,
                        context.RequestAborted);
                return (config, items);
            },
            context.RequestAborted);
        // A name with a typing error is none. What was done on this page is shown all the same.
        var isKnown = viewer.Caller.ClientId is not null || did is not null || created is not null || await unit.ConnectAsync(
            connection => ClientErasure.IsKnownAsync(connection, clientId, context.RequestAborted), context.RequestAborted);
        return await html.PageAsync<ClientView>(
            isKnown ? StatusCodes.Status200OK : StatusCodes.Status404NotFound,
            ("IsKnown", isKnown), ("Viewer", viewer with { Path = $"/clients/{clientId}" }), ("ClientId", clientId), ("Config", items),
            ("Items", (config?.Items.Count + (config?.Series?.Count ?? 0)) ?? 0), ("From", from),
            ("Revisions", await ListRevisions.RunAsync(clientId, long.MaxValue, MaxRevisions, unit, context.RequestAborted)),
            ("Hold", (await ListHolds.RunAsync(unit, context.RequestAborted)).Items
                .FirstOrDefault(hold => hold.ClientId is null || hold.ClientId == clientId)),
            ("Keys", viewer.Caller.IsOperator ? await ListApiKeys.RunAsync(clientId, unit, context.RequestAborted) : null),
            ("Did", did), ("Created", created));
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
