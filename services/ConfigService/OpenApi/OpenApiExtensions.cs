using Scalar.AspNetCore;

namespace Mail.ConfigService.OpenApi;

internal static class OpenApiExtensions
{
    internal static void AddMailOpenApi(this IServiceCollection services) => services.AddOpenApi("v1");

    /// <summary><c>/openapi/v1.json</c> for programs, <c>/docs</c> for people.</summary>
    internal static void MapMailOpenApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options.WithTitle("Mail API").WithOpenApiRoutePattern("/openapi/{documentName}.json"));
    }
}
