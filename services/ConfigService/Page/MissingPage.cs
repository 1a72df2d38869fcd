using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Page;

/// <summary>A wrong address in a browser is answered with a page; programs get problem details, as from everywhere else.</summary>
internal static class MissingPage
{
    private static readonly PathString[] _forPrograms = ["/api", "/openapi", "/health", "/metrics"];

    internal static void UseMissingPage(this WebApplication app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (!IsMissing(context))
            return;
        var problem = new ProblemException(ProblemCodes.NotFound, "There is nothing at this address. It may have a typing error.");
        var page = await context.RequestServices.GetRequiredService<Html>().PageAsync<ErrorView>(
            StatusCodes.Status404NotFound,
            ("Problem", problem), ("Viewer", await ViewerAsync(context)), ("RequestId", context.TraceIdentifier));
        PageFilter.SetHeaders(context.Response.Headers);
        await page.ExecuteAsync(context);
    });

    private static bool IsMissing(HttpContext context) =>
        context is { Response: { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null } }
        && context.GetEndpoint() is null && HttpMethods.IsGet(context.Request.Method)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !Array.Exists(_forPrograms, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    // Who is signed in sees the way to the other pages. Without a database there is only the way back.
    private static async Task<Viewer?> ViewerAsync(HttpContext context)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<Sessions>().ReadAsync(context) is { } session
                ? new Viewer(session.Caller, session.FormToken, context.Request.Path)
                : null;
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }
}
