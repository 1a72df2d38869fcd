using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>The words that schemas are written in: one line a field, with what it means.</summary>
internal static class Shape
{
    /// <summary>A field of an object.</summary>
    internal sealed record Field(string Name, IOpenApiSchema Schema, bool Always);

    /// <summary>A field that is always there.</summary>
    internal static Field Has(string name, IOpenApiSchema schema) => new(name, schema, Always: true);

    /// <summary>A field that may be left out, or be null, which says the same.</summary>
    internal static Field May(string name, IOpenApiSchema schema) => new(name, schema, Always: false);

    internal static OpenApiSchema Text(string description, int? most = null, int? least = null, string? pattern = null) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        MaxLength = most,
        MinLength = least,
        Pattern = pattern,
    };

    /// <summary>A text that goes into a header: no control characters but tabs.</summary>
    internal static OpenApiSchema Line(string description, int most, int? least = null) => Text(description, most, least, @"^[^\u0000-\u0008\u000a-\u001f\u007f-\u009f]*$");

    internal static OpenApiSchema Id(string description) => new() { Type = JsonSchemaType.String, Format = "uuid", Description = description };

    internal static OpenApiSchema Time(string description) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = description };

    internal static OpenApiSchema Flag(string description, bool? otherwise = null) => new()
    {
        Type = JsonSchemaType.Boolean,
        Description = description,
        Default = otherwise is { } value ? JsonValue.Create(value) : null,
    };

    internal static OpenApiSchema Number(string description, int? least = null, int? most = null, int? otherwise = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = most is null ? "int64" : "int32",
        Description = description,
        Minimum = Invariant(least),
        Maximum = Invariant(most),
        Default = otherwise is { } value ? JsonValue.Create(value) : null,
    };

    internal static OpenApiSchema Decimal(string description) => new() { Type = JsonSchemaType.Number, Format = "double", Description = description };

    /// <summary>One of a few words. For schemas with a name only: generated clients make an enum of each, and give it that name.</summary>
    internal static OpenApiSchema Word(string description, params IEnumerable<string> words) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))],
    };

    internal static OpenApiSchema List(string description, IOpenApiSchema item, int? most = null, int? least = null) => new()
    {
        Type = JsonSchemaType.Array,
        Description = description,
        Items = item,
        MaxItems = most,
        MinItems = least,
    };

    /// <summary>An object of values by name.</summary>
    internal static OpenApiSchema Map(string description, IOpenApiSchema value, int? most = null) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        AdditionalProperties = value,
        MaxProperties = most,
    };

    /// <summary>A schema with a name.</summary>
    internal static IOpenApiSchema Ref(string name, string? description = null) => new OpenApiSchemaReference(name) { Description = description };

    /// <summary>
    /// What an answer holds. A later version may add fields, so others are not ruled out. A field that may be left out is declared
    /// as nullable, although it never is null: NSwag's clients would otherwise show 0, or the first word of an enum.
    /// </summary>
    internal static OpenApiSchema Answer(string description, params IEnumerable<Field> fields)
    {
        var all = fields.Select(field => field.Always ? field : field with { Schema = OrNull(field.Schema) }).ToList();
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Properties = all.ToDictionary(field => field.Name, field => field.Schema, StringComparer.Ordinal),
            Required = all.Where(field => field.Always).Select(field => field.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>What a request holds: nothing else, and null counts as left out.</summary>
    internal static OpenApiSchema Request(string description, params IEnumerable<Field> fields)
    {
        var schema = Answer(description, fields);
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    internal static OpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema own)
            return new() { Description = schema.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };
        own.Type |= JsonSchemaType.Null;
        return own;
    }

    internal static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private static string? Invariant(int? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
