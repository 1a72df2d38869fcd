using Mail.ConfigService.Access;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Page;

/// <summary>Lets those in who are signed in; the others are asked to, and come back to where they wanted to be.</summary>
internal sealed class SessionFilter(Sessions sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var path = $"{http.Request.Path}{http.Request.QueryString}";
        if (await sessions.ReadAsync(http) is not { } session)
            return Results.Redirect(HttpMethods.IsGet(http.Request.Method) ? $"/sign-in?to={Uri.EscapeDataString(path)}" : "/sign-in");
        http.Features.Set(new Viewer(session.Caller, session.FormToken, path));
        http.Features.Set(session.Caller);
        if (!HttpMethods.IsGet(http.Request.Method) && !await Sessions.IsOwnFormAsync(session, http))
        {
            throw new ProblemException(new(
                "stale_form", StatusCodes.Status403Forbidden,
                "This form is of another session: go back, load the page again, and repeat it. Nothing was done."));
        }

        if (http.GetRouteValue("client_id") is string clientId)
            AccessExtensions.Check(clientId, session.Caller);
        return await next(context);
    }
}
