using Microsoft.OpenApi;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi;

/// <summary>Parameters and headers that many operations share.</summary>
internal static class Components
{
    private const string SaneName = @"^[A-Za-z0-9._\-]{1,128}$";

    internal static IEnumerable<OpenApiParameter> Parameters =>
    [
        Path("client_id", Text("The caller's own name for a client.", most: 128, least: 1, SaneName), "acme"),
        Path("id", Id("The id that an answer gave."), "019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"),
        Operation.Header("X-Request-Id", Text("The caller's own id for this request; the answer carries it. One that is not sane is replaced.", most: 128, least: 1, SaneName)),
    ];

    internal static Dictionary<string, IOpenApiHeader> Headers => new(StringComparer.Ordinal)
    {
        ["X-Request-Id"] = Header(Text("The caller's own, where sent and sane; otherwise the trace id. The log has it."), "checkout-4711"),
        ["ETag"] = Header(Text("The config's revision, for `If-Match`."), "\"3\""),
        ["Location"] = Header(Text("Where the new e-mail is."), "/api/v1/scheduled-emails/019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"),
        ["Idempotency-Replayed"] = Header(Text("There, and `true`, where this is the answer to an earlier request with the same Idempotency-Key."), "true"),
        ["Retry-After"] = Header(Number("For how many seconds to wait before trying again.", least: 1), 2),
        ["WWW-Authenticate"] = Header(Text("How to show a key: `Bearer`."), "Bearer"),
    };

    private static OpenApiParameter Path(string name, OpenApiSchema schema, string example) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Description = schema.Description,
        Schema = schema,
        Example = example,
    };

    private static OpenApiHeader Header(OpenApiSchema schema, System.Text.Json.Nodes.JsonNode example) => new() { Description = schema.Description, Schema = schema, Example = example };
}
