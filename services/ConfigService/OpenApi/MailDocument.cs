using Mail.ConfigService.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>What is said once for the whole API: its title, how to call it, and the components that operations refer to.</summary>
internal sealed class MailDocument : IOpenApiDocumentTransformer
{
    /// <summary>The ways to show a key, either of which will do.</summary>
    internal static readonly string[] Keys = ["bearer", "api_key"];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "Mail API",
            Version = "v1",
            Description = """
                Scheduled e-mail. JSON in snake_case, UTF-8; unknown fields are refused. Times are RFC 3339 with an offset, and UTC
                with milliseconds in answers. Errors are problem details (RFC 9457) with a stable `code`; a refused request changes nothing.

                Two kinds of key: the operator's, for everything; and client keys, which the operator makes, for everything under their own
                `/client/{client_id}` except keys and holds, and for that client's e-mails. `x-audience` says of each operation
                whose key it takes.
                """,
            Contact = new() { Name = "The Mail authors" },
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/", Description = "Where this document is." }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "E-mail configuration", Description = "All e-mails of a client as one document; a save is a diff." },
            new()
            {
                Name = "Templates",
                Description = "What e-mails say, with variables; rendered when an e-mail is saved, and versioned.",
            },
            new() { Name = "Series", Description = "Items of a config that come again and again." },
            new() { Name = "Single e-mails", Description = "E-mails outside the config, and each e-mail by its id." },
            new() { Name = "Many at once", Description = "One action for up to 10,000 e-mails." },
            new() { Name = "Attachments", Description = "Files that e-mails carry." },
            new() { Name = "Events", Description = "What happened, in the order of commits: a feed that misses nothing." },
            new() { Name = "Holding back", Description = "Stops sending, for everything or for one client, without losing anything." },
            new() { Name = "Is e-mail working?", Description = "What the senders have and lack, and a test." },
            new() { Name = "API keys", Description = "Keys for clients." },
            new() { Name = "Erasure", Description = "Forgetting a client." },
        };
        document.Components!.Parameters = _parameters.ToDictionary(
            each => each.Name, each => (IOpenApiParameter)DescribeOperation.Describe(each, document), StringComparer.Ordinal);
        document.Components.Headers = Headers;
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Keys[0]] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "`Authorization: Bearer KEY`",
            },
            [Keys[1]] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-API-Key",
                Description = "`X-API-Key: KEY`",
            },
        };
        SchemaConventions.Apply(document);
        ProblemResponses.AddShared(document);
        document.RegisterComponents();
        document.SetReferenceHostDocument();
        return Task.CompletedTask;
    }

    private const string SaneName = @"^[A-Za-z0-9._\-]{1,128}$";

    private static readonly Parameter[] _parameters =
    [
        new("client_id", "The caller's own name for a client.", typeof(string))
            { IsPath = true, Min = 1, Max = 128, Pattern = SaneName, Example = "acme" },
        new("name", "The client's own name for a template.", typeof(string))
            { IsPath = true, Min = 1, Max = 128, Pattern = SaneName, Example = "welcome" },
        new("key", "The key of an item of the client's config.", typeof(string)) { IsPath = true, Min = 1, Max = 128, Example = "monday" },
        new("id", "The id that an answer gave.", typeof(Guid)) { IsPath = true, Example = "019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01" },
        new(
            "X-Request-Id", "The caller's own id for this request; the answer carries it. One that is not sane is replaced.",
            typeof(string))
            { IsHeader = true, Min = 1, Max = 128, Pattern = SaneName },
    ];

    private static Dictionary<string, IOpenApiHeader> Headers => new(StringComparer.Ordinal)
    {
        ["X-Request-Id"] = Header("The caller's own, where sent and sane; otherwise the trace id. The log has it.", "checkout-4711"),
        ["ETag"] = Header("The config's revision or the template's version, for `If-Match`.", "\"3\""),
        ["Location"] = Header("Where the new e-mail is.", "/api/v1/scheduled-emails/019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"),
        ["Idempotency-Replayed"] = Header(
            "There, and `true`, where this is the answer to an earlier request with the same Idempotency-Key.", "true"),
        ["WWW-Authenticate"] = Header("How to show a key: `Bearer`.", "Bearer"),
        ["Retry-After"] = new OpenApiHeader
        {
            Description = "For how many seconds to wait before trying again.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int64",
                Minimum = "1",
                Description = "For how many seconds to wait before trying again.",
            },
            Example = 2,
        },
    };

    private static OpenApiHeader Header(string description, string example) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = description },
            Example = example,
        };
}
