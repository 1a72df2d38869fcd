using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Mail.ConfigService.Endpoints;

/// <summary>An example of what a request or an answer holds, for the OpenAPI document.</summary>
/// <param name="json">A JSON object.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    /// <summary>A JSON object.</summary>
    internal string Json { get; } = json;

    /// <summary>The example of a type; null where it has none.</summary>
    internal static string? Find(Type type) => type.GetCustomAttribute<ExampleAttribute>()?.Json;
}
