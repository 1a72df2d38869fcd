using System.Text.Json.Nodes;
using Mail.ConfigService;
using Mail.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>The document that a service would serve, made without a database and a broker.</summary>
internal static class OpenApiDocument
{
    private static readonly Lazy<Task<JsonNode>> _made = new(MakeAsync);

    internal static Task<JsonNode> GetAsync() => _made.Value;

    private static async Task<JsonNode> MakeAsync()
    {
        var builder = WebApplication.CreateBuilder(["--environment=Production", "--API_KEY=0123456789abcdef0123456789abcdef"]);
        // Of the store; never asked for.
        builder.Services.AddSingleton<WakeOverdue>(_ => throw new NotSupportedException());
        builder.AddApi();
        await using var app = builder.Build();
        app.MapApi();
        // Routes are known once it runs. Nothing in it needs a database or a broker before the first request.
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        return JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
    }
}
