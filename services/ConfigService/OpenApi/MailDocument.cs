using Mail.ConfigService.OpenApi.Schemas;
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
                Scheduled e-mail. JSON in snake_case, UTF-8; unknown fields are refused. Times are RFC 3339 with an offset, and UTC with milliseconds in answers.
                Errors are problem details (RFC 9457) with a stable `code`; a refused request changes nothing.

                Two kinds of key: the operator's, for everything; and client keys, which the operator makes, for everything under their own
                `/client/{client_id}` except keys and holds, and for that client's e-mails. `x-audience` says of each operation whose key it takes.
                """,
            Contact = new() { Name = "The Mail authors" },
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/", Description = "Where this document is." }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "E-mail configuration", Description = "All e-mails of a client as one document; a save is a diff." },
            new() { Name = "Single e-mails", Description = "E-mails outside the config, and each e-mail by its id." },
            new() { Name = "Attachments", Description = "Files that e-mails carry." },
            new() { Name = "Holding back", Description = "Stops sending, for everything or for one client, without losing anything." },
            new() { Name = "Is e-mail working?", Description = "What the senders have and lack, and a test." },
            new() { Name = "API keys", Description = "Keys for clients." },
            new() { Name = "Erasure", Description = "Forgetting a client." },
        };
        document.Components = new()
        {
            Schemas = NamedSchema.All.ToDictionary(each => each.Name, each => (IOpenApiSchema)each.Schema, StringComparer.Ordinal),
            Responses = ProblemResponses.Shared,
            Examples = ProblemResponses.Examples,
            Parameters = Components.Parameters.ToDictionary(each => each.Name!, each => (IOpenApiParameter)each, StringComparer.Ordinal),
            Headers = Components.Headers,
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Keys[0]] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "`Authorization: Bearer KEY`" },
                [Keys[1]] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-Key", Description = "`X-API-Key: KEY`" },
            },
        };
        document.RegisterComponents();
        document.SetReferenceHostDocument();
        return Task.CompletedTask;
    }
}
