using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>
/// What one endpoint takes and answers, by its <c>WithName</c>. Handlers read requests themselves, so that all errors come
/// at once; the generator sees nothing of that, and this is where it is said.
/// </summary>
internal sealed record Operation(string Name, string Summary, string Description)
{
    /// <summary>Query parameters and headers; those of the path are the route's.</summary>
    internal IReadOnlyList<OpenApiParameter> Parameters { get; init; } = [];

    /// <summary>What <c>{id}</c> in the path is, where it is not what it is elsewhere.</summary>
    internal OpenApiParameter? PathId { get; init; }

    /// <summary>The schema of the body; null where it has no fields.</summary>
    internal string? Body { get; init; }

    /// <summary>
    /// Whether the body may be left out. One that has no fields either is not in the document: generated clients would ask
    /// their callers for an empty object. It is read all the same, and refused where it has a field.
    /// </summary>
    internal bool BodyOptional { get; init; }

    /// <summary>Whether the body is a file.</summary>
    internal bool BinaryBody { get; init; }

    /// <summary>Whether the answer is a file.</summary>
    internal bool BinaryAnswer { get; init; }

    /// <summary>The status of success.</summary>
    internal int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>What success means.</summary>
    internal required string Means { get; init; }

    /// <summary>The schema of the answer; null where it has no body.</summary>
    internal string? Answer { get; init; }

    /// <summary>Headers of the answer, of the document's components.</summary>
    internal IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>An answer that shows this very operation; null where the schema's own example does.</summary>
    internal string? Example { get; init; }

    /// <summary>The codes of what it refuses, beside what all endpoints of its kind refuse.</summary>
    internal IReadOnlyList<string> Refuses { get; init; } = [];

    internal static IReadOnlyDictionary<string, Operation> All { get; } = new[]
    {
        Operations.ConfigOperations.All, Operations.EmailOperations.All, Operations.OneEmailOperations.All,
        Operations.StatusOperations.All, Operations.HoldOperations.All, Operations.ApiKeyOperations.All,
        Operations.ErasureOperations.All, Operations.AttachmentOperations.All,
    }.SelectMany(each => each).ToDictionary(each => each.Name, StringComparer.Ordinal);

    internal static OpenApiParameter Query(string name, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = schema.Description,
        Schema = schema,
    };

    /// <summary>Without an example: readers would send it, and a condition or an idempotency key of an example does harm.</summary>
    internal static OpenApiParameter Header(string name, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = schema.Description,
        Schema = schema,
    };
}
