using Mail.ConfigService.Holds;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Status;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary><c>/clients</c>, and what holds back everything.</summary>
internal static class ClientsPage
{
    private const int PageSize = 100;

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/clients", async (string? after, string? did, HttpContext context, UnitOfWork unit, Html html) =>
        {
            var viewer = Viewer.From(context);
            if (viewer.Caller.ClientId is { } own)
                return Results.Redirect($"/clients/{own}");
            var clients = await unit.ConnectAsync(
                connection => OverviewQueries.ClientsAsync(
                    connection, after?.Replace("\0", "", StringComparison.Ordinal) ?? "", PageSize + 1, context.RequestAborted),
                context.RequestAborted);
            var holds = await ListHolds.RunAsync(unit, context.RequestAborted);
            return await html.PageAsync<ClientsView>(
                StatusCodes.Status200OK,
                ("Viewer", viewer), ("Clients", clients.Take(PageSize).ToList()),
                ("Next", clients.Count > PageSize ? clients[PageSize - 1].ClientId : null),
                ("Did", HoldAndRelease.Said(did, "Held. Nothing is sent until it is released.")),
                ("Everything", holds.Items.FirstOrDefault(hold => hold.ClientId is null)));
        });

        page.MapGet("/find-client",
            (string? id) => Results.Redirect($"/clients/{Uri.EscapeDataString(id is { Length: > 0 } ? id.Trim() : ".")}"));

        HoldAndRelease.Map(page, "/everything", Hold.Everything, "/clients");
    }
}
