using System.Text.Json.Nodes;
using Mail.Store;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>The schemas of what a <see cref="HoldsAttribute"/> says of fields.</summary>
internal static class NamedSchemas
{
    /// <summary>Refers to a schema, which is made where it is first referred to.</summary>
    /// <param name="document">The document.</param>
    /// <param name="held">What is described.</param>
    /// <param name="made">What the generator makes of the type of a field that holds it; its description stays the field's.</param>
    internal static OpenApiSchemaReference Refer(this OpenApiDocument document, HoldsAttribute held, IOpenApiSchema? made = null)
    {
        var reference = new OpenApiSchemaReference(held.Name, document) { Description = made?.Description };
        var schemas = document.Components!.Schemas!;
        if (!schemas.ContainsKey(held.Name))
            schemas[held.Name] = Make(held, made as OpenApiSchema);
        return reference;
    }

    private static OpenApiSchema Make(HoldsAttribute held, OpenApiSchema? made)
    {
        if (held is WordsAttribute { Words: var words })
            return new() { Type = JsonSchemaType.String, Description = held.Description, Enum = [.. words.Select(word => (JsonNode)word)] };
        // Of a field that may hold any JSON the generator says nothing. Those with a name hold objects.
        var schema = made is { Type: not null } ? made : new() { Type = JsonSchemaType.Object };
        (schema.Description, schema.MaxProperties) = (held.Description, held.MaxCount);
        foreach (var description in held.Inside)
        {
            made = (OpenApiSchema)(made!.AdditionalProperties ?? made.Items)!;
            made.Description = description;
        }

        if (made is not null)
            (made.MaxLength, made.Pattern) = (held.MaxLength, held.Pattern);
        return schema;
    }
}
