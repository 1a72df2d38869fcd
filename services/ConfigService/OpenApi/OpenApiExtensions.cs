using Mail.ConfigService.Requests;
using Scalar.AspNetCore;

namespace Mail.ConfigService.OpenApi;

internal static class OpenApiExtensions
{
    // People enter their keys on this page, so it loads nothing from other hosts.
    private const string OnlyUs =
        "default-src 'self' 'unsafe-inline' data: blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    internal static void AddMailOpenApi(this IServiceCollection services)
    {
        services.AddOutputCache();
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaConventions.NameOf;
            options.AddOperationTransformer<DescribeOperation>();
            options.AddDocumentTransformer<MailDocument>();
        });
    }

    /// <summary><c>/openapi/v1.json</c> for programs, <c>/docs</c> for people.</summary>
    internal static void MapMailOpenApi(this WebApplication app)
    {
        // Made once: it takes a tenth of a second, and anyone may ask for it.
        app.UseServedDocument();
        app.UseOutputCache();
        app.MapOpenApi("/openapi/{documentName}.json")
            .CacheOutput(policy => policy.SetVaryByQuery([]).SetVaryByHost(false).Expire(TimeSpan.FromDays(365)));
        var docs = app.MapScalarApiReference("/docs", options => options
            .WithTitle("Mail API")
            .WithOpenApiRoutePattern("openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools()
            .AddPreferredSecuritySchemes(MailDocument.Keys.Keys.First()));
        docs.AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = OnlyUs;
            return next(context);
        });
    }
}
