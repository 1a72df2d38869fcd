using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>
/// Adds to an operation what its endpoint's metadata says: parameters, examples, headers, refusals, and whose key it takes.
/// </summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    private const string RequestId = "X-Request-Id";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (metadata, document) = (context.Description.ActionDescriptor.EndpointMetadata, context.Document!);
        var success = metadata.OfType<EndpointExtensions.Success>().SingleOrDefault()
            ?? throw new InvalidOperationException(
                $"{context.Description.HttpMethod} {context.Description.RelativePath} does not say what it answers.");
        var audience = metadata.OfType<Audience>().Last();
        var path = (operation.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path)
            .Select(parameter => parameter.Name!).ToList();

        if (audience == Audience.Operator)
            operation.Description += "\n\nNeeds the operator's key.";
        operation.Parameters =
        [
            .. path.Where(name => !metadata.OfType<Parameter>().Any(own => own.IsPath && own.Name == name))
                .Select(name => new OpenApiParameterReference(name, document)),
            .. metadata.OfType<Parameter>().Select(each => Describe(each, document)),
            new OpenApiParameterReference(RequestId, document),
        ];
        if (metadata.OfType<EndpointExtensions.FieldsOf>().SingleOrDefault() is { } body)
            Illustrate(operation.RequestBody!.Content!, ExampleOf(body.RequestType));

        if (metadata.OfType<EndpointExtensions.FileBody>().Any())
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = File };

        var answer = (OpenApiResponse)operation.Responses![success.Status.ToString(CultureInfo.InvariantCulture)];
        answer.Headers = success.Headers.Append(RequestId)
            .ToDictionary(each => each, each => (IOpenApiHeader)new OpenApiHeaderReference(each, document), StringComparer.Ordinal);
        if (success.Type is not null)
            Illustrate(answer.Content!, success.Example ?? ExampleOf(success.Type));
        if (success.IsFile)
            answer.Content = File;
        operation.Responses = new() { [success.Status.ToString(CultureInfo.InvariantCulture)] = answer };
        foreach (var other in metadata.OfType<EndpointExtensions.OtherSuccess>())
        {
            operation.Responses[other.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = other.Meaning,
                Headers = answer.Headers,
                Content = answer.Content,
            };
        }

        ProblemResponses.Add(operation.Responses, metadata, path.Contains("client_id"), document);

        operation.Security = audience == Audience.Anyone
            ? []
            : [.. MailDocument.Keys.Select(each => new OpenApiSecurityRequirement { [new(each, document)] = [] })];
        operation.AddExtension(
            "x-audience", new JsonNodeExtension(audience == Audience.Keyed ? "client" : audience.ToString().ToLowerInvariant()));
        return Task.CompletedTask;
    }

    private static Dictionary<string, OpenApiMediaType> File => new(StringComparer.Ordinal)
    {
        ["application/octet-stream"] = new()
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            Example = "test",
        },
    };

    private static string? ExampleOf(Type type) => type.GetCustomAttribute<ExampleAttribute>()?.Json;

    private static void Illustrate(IDictionary<string, OpenApiMediaType> content, string? example)
    {
        foreach (var media in content.Values)
            media.Example = example is null ? null : JsonNode.Parse(example);
    }

    // Few have an example: readers would send it, and a condition or an idempotency key of an example does harm.
    internal static OpenApiParameter Describe(Parameter parameter, OpenApiDocument document) => new()
    {
        Name = parameter.Name,
        In = parameter.IsPath ? ParameterLocation.Path : parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
        Required = parameter.IsPath,
        Example = parameter.Example,
        Description = parameter.Description,
        Schema = parameter.Words is { } words
            ? new()
            {
                Type = JsonSchemaType.Array,
                Description = parameter.Description,
                Items = new OpenApiSchemaReference(words, document),
            }
            : SchemaOf(parameter),
    };

    private static OpenApiSchema SchemaOf(Parameter parameter)
    {
        var schema = new OpenApiSchema
        {
            Description = parameter.Description,
            Default = parameter.Default switch { int number => number, bool flag => flag, _ => null },
        };
        if (parameter.Type == typeof(int))
        {
            (schema.Type, schema.Format) = (JsonSchemaType.Integer, "int32");
            schema.Minimum = parameter.Min?.ToString(CultureInfo.InvariantCulture);
            schema.Maximum = parameter.Max?.ToString(CultureInfo.InvariantCulture);
            return schema;
        }

        (schema.MinLength, schema.MaxLength, schema.Pattern) = (parameter.Min, parameter.Max, parameter.Pattern);
        schema.Type = parameter.Type == typeof(bool) ? JsonSchemaType.Boolean : JsonSchemaType.String;
        schema.Format = parameter.Type == typeof(DateTimeOffset) ? "date-time" : parameter.Type == typeof(Guid) ? "uuid" : null;
        return schema;
    }
}
