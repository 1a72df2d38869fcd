using Mail.ConfigService.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>What is said once for the whole API: its title, how to call it, and the components that operations refer to.</summary>
internal sealed class MailDocument : IOpenApiDocumentTransformer
{
    /// <summary>The ways to show a key, either of which will do.</summary>
    internal static Dictionary<string, IOpenApiSecurityScheme> Keys => new(StringComparer.Ordinal)
    {
        ["bearer"] = new OpenApiSecurityScheme
            { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "`Authorization: Bearer KEY`" },
        ["api_key"] = new OpenApiSecurityScheme
            { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-Key", Description = "`X-API-Key: KEY`" },
    };

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
        document.Tags = context.DescriptionGroups.SelectMany(group => group.Items)
            .SelectMany(endpoint => endpoint.ActionDescriptor.EndpointMetadata.OfType<OpenApiTag>()).ToHashSet();
        document.Components!.Parameters = Parameter.Shared.ToDictionary(
            each => each.Name, each => (IOpenApiParameter)DescribeOperation.Describe(each, document), StringComparer.Ordinal);
        document.Components.Headers = AnswerHeader.All.ToDictionary(
            each => each.Name, each => (IOpenApiHeader)DescribeOperation.DescribeHeader(each, document), StringComparer.Ordinal);
        document.Components.SecuritySchemes = Keys;
        SchemaConventions.Apply(document);
        ProblemResponses.AddShared(document);
        return Task.CompletedTask;
    }

    /// <summary>The headers of an answer, which the components describe; null for none.</summary>
    internal static Dictionary<string, IOpenApiHeader> Refer(OpenApiDocument document, params IEnumerable<Parameter?> headers) =>
        headers.OfType<Parameter>().ToDictionary(
            each => each.Name, each => (IOpenApiHeader)new OpenApiHeaderReference(each.Name, document), StringComparer.Ordinal);
}
