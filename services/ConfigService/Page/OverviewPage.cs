using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Status;

namespace Mail.ConfigService.Page;

/// <summary><c>/</c>: can we send, what is late and why, what wants a decision.</summary>
internal static class OverviewPage
{
    internal static void Map(
        IEndpointRouteBuilder page) => page.MapGet("/", async (HttpContext context, GetOverview overview, UnitOfWork unit, Html html) =>
    {
        var viewer = Viewer.From(context);
        return await html.PageAsync<OverviewView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer),
            ("Overview", await overview.RunAsync(viewer.Caller, context.RequestAborted)),
            ("Senders", viewer.Caller.IsOperator ? await GetTestConfig.RunAsync(unit, tellsHold: false, context.RequestAborted) : null));
    });
}
