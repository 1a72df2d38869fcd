using Mail.ConfigService.Endpoints;
using Mail.Hosting;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Which browsers' pages may call the API (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): those of the origins that
/// <c>API_ALLOWED_ORIGINS</c> lists; none where it is not set.
/// </summary>
internal static class Browsers
{
    private const string Variable = "API_ALLOWED_ORIGINS";

    /// <summary>Reads the list.</summary>
    /// <exception cref="SettingException">An entry is no origin.</exception>
    internal static void AddBrowsers(this IServiceCollection services, IConfiguration configuration)
    {
        var origins = OriginsOf(configuration[Variable]);
        if (origins.Count == 0)
            return;
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origins.Contains)
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders(
                HeaderNames.Authorization, "X-API-Key", HeaderNames.ContentType, HeaderNames.IfMatch, Parameter.IdempotencyKey.Name,
                "Repr-Digest", Parameter.RequestId.Name)
            .WithExposedHeaders(
                HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, AnswerHeader.IdempotencyReplayed.Name,
                Parameter.RequestId.Name)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }

    /// <summary>Answers preflights, and says who may read the other answers; for the API alone, never for the page.</summary>
    internal static void UseBrowsers(this WebApplication app)
    {
        if (app.Services.GetService<ICorsService>() is null)
            return;
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api/v1", StringComparison.Ordinal), api =>
        {
            // Also for callers without an origin: a cache must not hand their answer to a browser.
            api.Use((context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.Vary = HeaderNames.Origin;
                    return Task.CompletedTask;
                });
                return next(context);
            });
            api.UseCors();
        });
    }

    /// <summary>The origins of the list, as browsers write them (RFC 6454 section 6.2).</summary>
    internal static HashSet<string> OriginsOf(string? list)
    {
        var origins = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(entry, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/"
                || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            {
                throw new SettingException(
                    $"{Variable} has \"{entry}\", which is no origin: list origins such as https://app.example.com, separated by commas. "
                    + "There is no * for all.");
            }

            origins.Add(uri.GetLeftPart(UriPartial.Authority));
        }

        return origins;
    }
}
