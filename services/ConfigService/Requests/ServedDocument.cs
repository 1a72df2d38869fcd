using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Serves the document from the cache, where it is kept once, and names in <c>servers</c> the path prefix that the caller used. The cache
/// would otherwise keep a document for each prefix and each scheme that a caller makes up, each of which takes a tenth of a second to make.
/// </summary>
internal static class ServedDocument
{
    internal static void UseServedDocument(this WebApplication app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal),
        branch => branch.Use(async (context, next) =>
        {
            var (prefix, scheme) = (context.Request.PathBase, context.Request.Scheme);
            (context.Request.PathBase, context.Request.Scheme) = (default, "http");
            try
            {
                if (prefix.HasValue)
                    await ServeAsync(context, next, prefix);
                else
                    await next(context);
            }
            finally
            {
                (context.Request.PathBase, context.Request.Scheme) = (prefix, scheme);
            }
        }));

    private static async Task ServeAsync(HttpContext context, RequestDelegate next, PathString prefix)
    {
        var body = context.Response.Body;
        using var document = new MemoryStream();
        context.Response.Body = document;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        var served = context.Response.StatusCode == StatusCodes.Status200OK && document.Length > 0
            ? WithPrefix(document.ToArray(), prefix)
            : document.ToArray();
        if (served.Length == 0)
            return;
        context.Response.ContentLength = served.Length;
        await body.WriteAsync(served, context.RequestAborted);
    }

    private static byte[] WithPrefix(byte[] document, PathString prefix)
    {
        var json = JsonNode.Parse(document)!;
        foreach (var server in json["servers"]!.AsArray())
            server!["url"] = prefix.Value;
        return JsonSerializer.SerializeToUtf8Bytes(json, MailJson.Options);
    }
}
