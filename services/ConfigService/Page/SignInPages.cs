using System.Globalization;
using Mail.ConfigService.Access;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Page;

/// <summary><c>/sign-in</c>: an API key for a session.</summary>
internal static class SignInPages
{
    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/sign-in", (string? to, OperatorKey key, Html html) =>
            html.PageAsync<SignInView>(StatusCodes.Status200OK, ("To", Own(to)), ("Whereabouts", key.Whereabouts)));
        page.MapPost("/sign-in", async (HttpContext context, Sessions sessions, OperatorKey key, Html html) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var to = Own(form["to"]);
            try
            {
                await sessions.SignInAsync(form["key"].ToString().Trim(), context);
                return Results.Redirect(to);
            }
            catch (ProblemException refusal)
                when (refusal.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status429TooManyRequests)
            {
                if (refusal.RetryAfter is { } seconds)
                    context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                return await html.PageAsync<SignInView>(
                    refusal.Status, ("To", to), ("Whereabouts", key.Whereabouts), ("Trouble", refusal.Message));
            }
        });
    }

    /// <summary><c>/sign-out</c>, for those who are signed in.</summary>
    internal static void MapSignOut(IEndpointRouteBuilder page) => page.MapPost("/sign-out", (HttpContext context) =>
    {
        Sessions.SignOut(context);
        return Results.Redirect("/sign-in");
    });

    // A path of this site's own, and no other address: "//elsewhere" is one.
    private static string Own(string? to) =>
        to is ['/', not ('/' or '\\'), ..] && !to.AsSpan().ContainsAnyInRange('\0', '\u001f') ? to : "/";
}
