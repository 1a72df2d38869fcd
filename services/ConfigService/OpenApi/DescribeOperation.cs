using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>Adds to an operation what its endpoint says of itself: parameters, examples, headers, refusals, whose key it takes.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (metadata, document) = (context.Description.ActionDescriptor.EndpointMetadata, context.Document!);
        var successes = metadata.OfType<EndpointExtensions.Success>().ToList();
        if (successes.Count == 0)
            throw new InvalidOperationException($"{operation.OperationId} does not say what it answers.");
        var audience = metadata.OfType<Audience>().Last();
        var own = metadata.OfType<Parameter>().ToList();
        if (audience == Audience.Operator)
            operation.Description += "\n\nNeeds the operator's key.";
        operation.Parameters =
        [
            .. (operation.Parameters ?? []).Where(each => each.In == ParameterLocation.Path && !own.Exists(mine => mine.Name == each.Name))
                .Select(each => new OpenApiParameterReference(each.Name!, document)),
            .. own.Select(each => Describe(each, document)),
            new OpenApiParameterReference(Parameter.RequestId.Name, document),
        ];
        if (metadata.OfType<EndpointExtensions.BodyOf>().SingleOrDefault() is { } body)
            Illustrate(operation.RequestBody!.Content, body.Example);

        var answers = operation.Responses!;
        operation.Responses = [];
        foreach (var success in successes)
        {
            var status = success.Status.ToString(CultureInfo.InvariantCulture);
            var answer = (OpenApiResponse)answers[status];
            answer.Headers = MailDocument.Refer(document, [.. success.Headers, AnswerHeader.RequestId]);
            Illustrate(answer.Content, success.Example);
            operation.Responses[status] = answer;
        }

        var isOfClient = context.Description.RelativePath!.Contains("{client_id}", StringComparison.Ordinal);
        IEnumerable<ProblemCode> problems =
        [
            .. metadata.OfType<ProblemCode>(), .. audience.Refusals(isOfClient),
            .. metadata.OfType<EndpointExtensions.JsonBody>().SelectMany(json => json.Refusals), .. ProblemCodes.OfAnything,
        ];
        ProblemResponses.Add(operation.Responses, problems, document);
        operation.Security = audience == Audience.Anyone
            ? []
            : [.. MailDocument.Keys.Keys.Select(way => new OpenApiSecurityRequirement { [new(way, document)] = [] })];
        operation.AddExtension("x-audience", new JsonNodeExtension(audience.ToString().ToLowerInvariant()));
        return Task.CompletedTask;
    }

    private static void Illustrate(IDictionary<string, OpenApiMediaType>? content, string? example)
    {
        foreach (var (type, media) in content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
        {
            media.Example = example is null ? null : JsonNode.Parse(example);
            // The generator takes it for a file of a form.
            if (type == MediaTypeNames.Application.Octet)
                media.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        }
    }

    // Few have an example: readers would send it, and a condition or an idempotency key of an example does harm.
    internal static OpenApiParameter Describe(Parameter parameter, OpenApiDocument document) => new()
    {
        Name = parameter.Name,
        In = parameter.IsPath ? ParameterLocation.Path : parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
        Required = parameter.IsPath,
        Example = parameter.Example,
        Description = parameter.Description,
        Schema = SchemaOf(parameter, document),
    };

    internal static OpenApiHeader DescribeHeader(Parameter header, OpenApiDocument document) => new()
    {
        Description = header.Description,
        Schema = SchemaOf(header, document),
        Example = header.Example,
    };

    private static OpenApiSchema SchemaOf(Parameter parameter, OpenApiDocument document)
    {
        if (parameter.Words is { } words)
            return new() { Type = JsonSchemaType.Array, Description = parameter.Description, Items = document.Refer(words) };
        var schema = parameter.Type.MapTypeToOpenApiPrimitiveType();
        (schema.Description, schema.Default) = (parameter.Description, JsonSerializer.SerializeToNode(parameter.Default));
        if (schema.Type == JsonSchemaType.Integer)
        {
            schema.Minimum = parameter.Min?.ToString(CultureInfo.InvariantCulture);
            schema.Maximum = parameter.Max?.ToString(CultureInfo.InvariantCulture);
        }
        else
            (schema.MinLength, schema.MaxLength, schema.Pattern) = (parameter.Min, parameter.Max, parameter.Pattern);

        return schema;
    }
}
