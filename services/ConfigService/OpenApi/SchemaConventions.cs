using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mail.ConfigService.Problems;
using Mail.Store;
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
        // Any JSON and any file. With a name generated code would take them for objects.
        schemas.Remove(nameof(JsonElement));
        schemas.Remove(nameof(Stream));
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
            if (made is OpenApiSchema own)
                Complete(own, field, isRequest);
            if (((MemberInfo)field.AttributeProvider!).GetCustomAttribute<HoldsAttribute>() is { } held)
            {
                if (made is OpenApiSchema { Items: { } items } list)
                    list.Items = document.Refer(held, items);
                else
                    made = document.Refer(held, made);
            }
            else if (TypeOf(field) == typeof(JsonElement))
                made = new OpenApiSchema { Description = made.Description };

            var isNull = !schema.Required.Contains(field.Name) || (!isRequest && field.IsGetNullable);
            schema.Properties[field.Name] = isNull ? OrNull(made) : made;
        }

        if (type.Type == typeof(Problem))
            DescribeCodes(schema);
    }

    private static Type TypeOf(JsonPropertyInfo field) => Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    private static bool IsLeftOut(JsonPropertyInfo field) => field.AttributeProvider!.IsDefined(typeof(JsonIgnoreAttribute), inherit: true);

    private static void Complete(OpenApiSchema schema, JsonPropertyInfo field, bool isRequest)
    {
        schema.Description = schema.Description?.ReplaceLineEndings(" ");
        schema.Type &= ~JsonSchemaType.Null;
        // How times are written is our own, so that the generator knows no type.
        if (TypeOf(field) == typeof(DateTimeOffset))
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

    private static OpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema own)
            return new() { Description = schema.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };
        if (own.OneOf is null)
            own.Type |= JsonSchemaType.Null;
        return own;
    }

    private static void DescribeCodes(OpenApiSchema schema)
    {
        // No enum: NSwag's clients can't read an answer that has a word which was not in the enum when they were generated.
        ((OpenApiSchema)schema.Properties!["code"]).AddExtension("x-extensible-enum", new JsonNodeExtension(new JsonArray(
            [.. ProblemCodes.All.Select(code => code.Name).Distinct(StringComparer.Ordinal).Select(name => JsonValue.Create(name))])));
        // Kiota takes it as the message of its exceptions.
        ((OpenApiSchema)schema.Properties["detail"]).AddExtension("x-ms-primary-error-message", new JsonNodeExtension(true));
    }
}
