using Mail.ConfigService.Access;
using Mail.ConfigService.OpenApi.Schemas;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>Puts what is declared of an endpoint in the place of what the generator guessed. The audience is the endpoint's own.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    private static readonly Dictionary<string, string?> _examples = NamedSchema.All.ToDictionary(each => each.Name, each => each.Example, StringComparer.Ordinal);

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.OperationId is not { } name || !Operation.All.TryGetValue(name, out var declared))
            throw new InvalidOperationException($"{context.Description.HttpMethod} {context.Description.RelativePath} is not described: give it a name, and an entry under OpenApi/Operations.");
        var audience = context.Description.ActionDescriptor.EndpointMetadata.OfType<Audience>().Last();
        var path = (operation.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path).Select(parameter => parameter.Name!).ToList();

        operation.Summary = declared.Summary;
        operation.Description = audience == Audience.Operator ? $"{declared.Description}\n\nNeeds the operator's key." : declared.Description;
        operation.Parameters =
        [
            .. path.Select(each => each == "id" && declared.PathId is { } id ? id : (IOpenApiParameter)new OpenApiParameterReference(each)), .. declared.Parameters, new OpenApiParameterReference("X-Request-Id"),
        ];
        operation.RequestBody = declared.BinaryBody ? new OpenApiRequestBody { Required = true, Content = Binary } : declared.Body is null ? null : new OpenApiRequestBody { Required = !declared.BodyOptional, Content = Content(declared.Body, example: null) };
        operation.Responses = new()
        {
            [declared.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = declared.Means,
                Headers = declared.Headers.Append("X-Request-Id").ToDictionary(each => each, each => (IOpenApiHeader)new OpenApiHeaderReference(each), StringComparer.Ordinal),
                Content = declared.BinaryAnswer ? Binary : declared.Answer is null ? null : Content(declared.Answer, declared.Example),
            },
        };
        ProblemResponses.Add(operation.Responses, declared, audience, path.Contains("client_id"));
        operation.Security = audience == Audience.Anyone ? [] : [.. MailDocument.Keys.Select(each => new OpenApiSecurityRequirement { [new(each, context.Document)] = [] })];
        operation.AddExtension("x-audience", new JsonNodeExtension(audience switch
        {
            Audience.Operator => "operator",
            Audience.Anyone => "anyone",
            _ => "client",
        }));
        return Task.CompletedTask;
    }

    private static Dictionary<string, OpenApiMediaType> Binary => new(StringComparer.Ordinal)
    {
        ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }, Example = "test" },
    };

    private static Dictionary<string, OpenApiMediaType> Content(string schema, string? example)
    {
        example ??= _examples[schema];
        return new(StringComparer.Ordinal) { [Json] = new() { Schema = Shape.Ref(schema), Example = example is null ? null : Shape.Json(example) } };
    }
}
