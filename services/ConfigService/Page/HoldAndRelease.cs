using Mail.ConfigService.Holds;
using Mail.ConfigService.Page.Components;

namespace Mail.ConfigService.Page;

/// <summary>Holding and releasing, for everything or for one client; the operator's.</summary>
internal static class HoldAndRelease
{
    /// <summary>What either did, for the page that is gone back to; null where it was something else.</summary>
    internal static string? Said(string? did, string held) => did switch
    {
        "held" => held,
        "released" => "Released. What is overdue goes out now, the rest at its time.",
        _ => null,
    };

    /// <summary>Maps <c>POST …/hold</c>, <c>GET …/release</c>, which shows what would go out, and <c>POST …/release</c>.</summary>
    /// <param name="page">Where.</param>
    /// <param name="path">What comes before it; it may have the client's id as <c>{client_id}</c>.</param>
    /// <param name="everything">The id of the hold, where the path has no client's.</param>
    /// <param name="back">Where to go after it.</param>
    internal static void Map(IEndpointRouteBuilder page, string path, string? everything, string? back = null)
    {
        page.MapPost($"{path}/hold", async (HttpContext context, HoldSending hold) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var reason = form["reason"].ToString().Trim() is { Length: > 0 } text
                ? text[..Math.Min(text.Length, HoldInput.MaxReason)]
                : null;
            await hold.RunAsync(Id(context), reason, Viewer.From(context).Caller.MustBeOperator(), context.RequestAborted);
            return Results.Redirect($"{Back(context)}?did=held");
        });
        page.MapGet($"{path}/release", async (HttpContext context, ReleaseSending release, Html html) =>
        {
            var viewer = Viewer.From(context);
            viewer.Caller.MustBeOperator();
            return await html.PageAsync<ReleaseView>(
                StatusCodes.Status200OK, ("Viewer", viewer), ("State", await release.PreviewAsync(Id(context), context.RequestAborted)),
                ("ClientId", context.GetRouteValue("client_id")), ("Back", Back(context)));
        });
        page.MapPost($"{path}/release", async (HttpContext context, ReleaseSending release) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            await release.RunAsync(Id(context), reason: null, context.RequestAborted);
            return Results.Redirect($"{Back(context)}?did=released");
        });

        string Id(HttpContext context) => everything ?? ClientPage.ClientId(context);
        string Back(HttpContext context) => back ?? $"/clients/{context.GetRouteValue("client_id")}";
    }
}
