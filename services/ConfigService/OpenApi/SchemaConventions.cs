using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>
/// What holds for the schema of every type of ours, beyond what the generator makes of it. A request takes no other fields, and null counts
/// as left out. An answer has each field always, but for those that it leaves out where they have nothing to say. A field that may be left
/// out is declared as nullable, although it never is null: NSwag's clients would otherwise show 0, or the first word of an enum.
/// </summary>
internal static class SchemaConventions
{
    private static readonly ConcurrentDictionary<string, JsonTypeInfo> _types = new(StringComparer.Ordinal);

    /// <summary>
    /// The name of a type's schema: its own, without the <c>View</c> that tells an answer from a document of the same name.
    /// </summary>
    internal static string? NameOf(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Namespace?.StartsWith("Mail.", StringComparison.Ordinal) != true)
            return OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        var name = type.Type.Name.EndsWith("View", StringComparison.Ordinal) ? type.Type.Name[..^"View".Length] : type.Type.Name;
        return _types.GetOrAdd(name, type).Type == type.Type
            ? name
            : throw new InvalidOperationException($"Two types have a schema called {name}.");
    }

    /// <summary>Applies the conventions to all schemas of a document, and adds those that have no type.</summary>
    internal static void Apply(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        foreach (var (name, schema) in NamedSchemas.All)
            schemas[name] = schema;
        // Fields of any JSON have names of their own.
        schemas.Remove(nameof(System.Text.Json.JsonElement));
        foreach (var (name, type) in _types)
        {
            if (schemas.TryGetValue(name, out var schema) && schema is OpenApiSchema { Properties: not null } own)
                Apply(name, own, type, document);
        }
    }

    private static void Apply(string name, OpenApiSchema schema, JsonTypeInfo type, OpenApiDocument document)
    {
        var isRequest = name.EndsWith("Input", StringComparison.Ordinal);
        schema.AdditionalPropertiesAllowed = !isRequest;
        // What an e-mail says comes before what its kind adds.
        var shown = type.Properties.Where(field => schema.Properties!.ContainsKey(field.Name));
        List<JsonPropertyInfo> fields = [.. isRequest ? shown.OrderBy(field => Depth(field.DeclaringType)) : shown];
        schema.Properties = fields.ToDictionary(field => field.Name, field => schema.Properties![field.Name], StringComparer.Ordinal);
        schema.Required = fields.Where(field => isRequest ? schema.Required?.Contains(field.Name) == true : !IsLeftOut(field))
            .Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var made = schema.Properties[field.Name];
            if ((Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType) == typeof(JsonElement)
                && !NamedSchemas.ByField.ContainsKey($"{name}.{field.Name}"))
            {
                // Whatever JSON there is. A name would make generated code take it for an object.
                schema.Properties[field.Name] = new OpenApiSchema { Description = made.Description };
                continue;
            }

            if (made is OpenApiSchema own)
            {
                Complete(own, field, isRequest);
                if (NamedSchemas.ByField.GetValueOrDefault($"{name}.{field.Name}") is { } named
                    || NamedSchemas.ByField.TryGetValue(field.Name, out named))
                {
                    made = WithName(own, named, document);
                }
            }
            else if (NamedSchemas.ByField.TryGetValue($"{name}.{field.Name}", out var named))
            {
                made = new OpenApiSchemaReference(named, document) { Description = made.Description };
            }

            var isNull = !schema.Required.Contains(field.Name) || (!isRequest && IsNullable(field));
            schema.Properties[field.Name] = isNull ? OrNull(made) : made;
        }

        if (type.Type == typeof(Problem))
            DescribeCodes(schema);
    }

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    private static bool IsLeftOut(JsonPropertyInfo field) =>
        field.AttributeProvider!.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).Length > 0;

    private static bool IsNullable(JsonPropertyInfo field) =>
        new NullabilityInfoContext().Create((PropertyInfo)field.AttributeProvider!).ReadState == NullabilityState.Nullable;

    private static void Complete(OpenApiSchema schema, JsonPropertyInfo field, bool isRequest)
    {
        schema.Description = schema.Description?.ReplaceLineEndings(" ");
        schema.Type &= ~JsonSchemaType.Null;
        // How times are written is our own, so that the generator knows no type.
        if ((Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType) == typeof(DateTimeOffset))
            (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
        // What requests are held to. An e-mail whose content was erased has neither recipients nor a subject.
        if (!isRequest)
            (schema.MinItems, schema.MinLength, schema.MaxLength, schema.Pattern) = (null, null, null, null);
        if (schema.Type != JsonSchemaType.Integer || schema.Maximum is not null)
            return;
        // It may grow. No count is negative.
        schema.Format = "int64";
        if (!isRequest)
            schema.Minimum ??= "0";
    }

    private static IOpenApiSchema WithName(OpenApiSchema schema, string named, OpenApiDocument document)
    {
        if (schema.Items is not null)
        {
            schema.Items = new OpenApiSchemaReference(named, document);
            return schema;
        }

        // A single mailbox is described where it stands, and the status of HTTP is a number.
        return named == "Mailbox" || schema.Type == JsonSchemaType.Integer
            ? schema
            : new OpenApiSchemaReference(named, document) { Description = schema.Description };
    }

    private static OpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema own)
        {
            if (own.OneOf is null)
                own.Type |= JsonSchemaType.Null;
            return own;
        }

        return new OpenApiSchema { Description = schema.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };
    }

    private static void DescribeCodes(OpenApiSchema schema)
    {
        // No enum: NSwag's clients can't read an answer that has a word which was not in the enum when they were generated.
        Extend(schema.Properties!["code"], "x-extensible-enum", new JsonArray(
            [.. ProblemCodes.All.Select(code => code.Name).Distinct(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]));
        // Kiota takes it as the message of its exceptions.
        Extend(schema.Properties["detail"], "x-ms-primary-error-message", true);

        static void Extend(IOpenApiSchema schema, string name, JsonNode value) => ((OpenApiSchema)schema).Extensions =
            new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal) { [name] = new JsonNodeExtension(value) };
    }
}
