using System.Diagnostics.CodeAnalysis;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>A schema under its name in the document's components.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">What it describes.</param>
/// <param name="Example">A value that it describes, for requests and answers that consist of one.</param>
internal sealed record NamedSchema(string Name, OpenApiSchema Schema, [StringSyntax(StringSyntaxAttribute.Json)] string? Example = null)
{
    /// <summary>Every schema, new at each call: a document owns what it holds.</summary>
    internal static IEnumerable<NamedSchema> All =>
    [
        .. EmailSchemas.All, .. EmailRequestSchemas.All, .. ConfigSchemas.All, .. StatusSchemas.All, .. HoldSchemas.All, .. ApiKeySchemas.All,
        .. ErasureSchemas.All, .. AttachmentSchemas.All, .. WordSchemas.All, Content.Headers, ProblemSchema.Problem, ProblemSchema.Errors,
    ];
}
