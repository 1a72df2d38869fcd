using Mail.ConfigService.Liquid;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>The named schemas of templates.</summary>
internal static class TemplateSchemas
{
    internal static IEnumerable<(string Name, OpenApiSchema Schema)> All =>
    [
        NamedSchemas.Words(
            "VariableType",
            "`number` keeps its digits, also beyond 2^53. `date` is an RFC 3339 time, formatted in the e-mail's time zone, else in UTC. "
            + "`html` alone is not escaped. `any` may be null.",
            [.. VariableType.All]),
        ("TemplateData",
            new() { Type = JsonSchemaType.Object, Description = "Variables by name, at most 64 KiB. Numbers keep their digits." }),
        ByName(
            "TemplateVariables", "What a template declares and what it uses, by name: with dots before members and `[]` behind lists.",
            "Variable"),
        ByName("DeclaredVariables", "Variables by name: `plan`, `user.name`, `items[].price`.", "VariableInput"),
    ];

    private static (string Name, OpenApiSchema Schema) ByName(string name, string description, string value) =>
        (name, new() { Type = JsonSchemaType.Object, Description = description, AdditionalProperties = new OpenApiSchemaReference(value) });
}
