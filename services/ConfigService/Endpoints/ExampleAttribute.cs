using System.Diagnostics.CodeAnalysis;

namespace Mail.ConfigService.Endpoints;

/// <summary>An example of what a request or an answer holds, for the OpenAPI document.</summary>
/// <param name="json">A JSON object.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    /// <summary>A JSON object.</summary>
    internal string Json { get; } = json;
}
