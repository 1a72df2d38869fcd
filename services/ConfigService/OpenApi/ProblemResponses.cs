using System.Globalization;
using System.Text.Json.Nodes;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using static Mail.ConfigService.Problems.ProblemCodes;

namespace Mail.ConfigService.OpenApi;

/// <summary>The answers of an operation that are problems: its own, and those of its kind.</summary>
internal static class ProblemResponses
{
    // Answers that are the same wherever they come up, shared in the document's components.
    private static readonly ProblemCode[][] _shared =
    [
        [InvalidJson, BadRequest], [Unauthorized], [Forbidden], [EmailNotFound], [ConfigNotFound], [ProblemCodes.TooLate],
        [RevisionMismatch], [BodyTooLarge], [UnsupportedMediaType, UnsupportedContentEncoding], [TooManyWrongKeys, TooManyRequests],
        [InternalError], [DatabaseUnavailable, TooBusy],
    ];

    private static readonly ProblemCode[] _ofBodies =
        [
            InvalidJson, BadRequest, BodyTooLarge, UnsupportedMediaType, UnsupportedContentEncoding, InvalidBody, UnknownField,
            DuplicateField,
        ];

    private static readonly ProblemCode[] _withRetryAfter =
        [TooManyWrongKeys, TooManyRequests, DatabaseUnavailable, TooBusy, IdempotencyInProgress, StillSending];

    /// <summary>Adds the shared answers and an example of each code to the components.</summary>
    internal static void AddShared(OpenApiDocument document)
    {
        document.Components!.Responses = _shared.ToDictionary(
            codes => codes[0].Name, codes => (IOpenApiResponse)Response(codes, document), StringComparer.Ordinal);
        document.Components.Examples = ProblemCodes.All.Except([NotFound, MethodNotAllowed, UnknownAttachment])
            .ToDictionary(code => code.Name, code => (IOpenApiExample)Example(code), StringComparer.Ordinal);
    }

    /// <summary>Adds the problems to an operation's responses.</summary>
    internal static void Add(OpenApiResponses responses, IList<object> metadata, bool ofClient, OpenApiDocument document)
    {
        foreach (var byStatus in metadata.OfType<ProblemCode>().Concat(OfKind(metadata, ofClient))
            .Distinct().GroupBy(code => code.Status).OrderBy(group => group.Key))
        {
            ProblemCode[] codes = [.. byStatus];
            responses[byStatus.Key.ToString(CultureInfo.InvariantCulture)] = _shared.Any(shared => shared.SequenceEqual(codes))
                ? new OpenApiResponseReference(codes[0].Name, document)
                : Response(codes, document);
        }
    }

    private static IEnumerable<ProblemCode> OfKind(IList<object> metadata, bool ofClient)
    {
        var audience = metadata.OfType<Audience>().Last();
        return
        [
            .. audience != Audience.Anyone ? [Unauthorized, TooManyWrongKeys, TooManyRequests] : Array.Empty<ProblemCode>(),
            .. audience == Audience.Operator || ofClient ? [Forbidden] : Array.Empty<ProblemCode>(),
            .. ofClient ? [InvalidClientId] : Array.Empty<ProblemCode>(),
            .. metadata.OfType<EndpointExtensions.RequestBodyMetadata>().Any() ? _ofBodies : [],
            .. metadata.OfType<EndpointExtensions.FileBody>().Any() ? [BadRequest] : Array.Empty<ProblemCode>(),
            UnknownParameter, InternalError, DatabaseUnavailable, TooBusy,
        ];
    }

    private static OpenApiResponse Response(ProblemCode[] codes, OpenApiDocument document) => new()
    {
        Description = codes is [var only] ? Meaning(only) : string.Join('\n', codes.Select(code => $"- {Meaning(code)}")),
        Headers = Headers(codes)
            .ToDictionary(name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document), StringComparer.Ordinal),
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new()
            {
                Schema = new OpenApiSchemaReference(nameof(Problem), document),
                Examples = codes.ToDictionary(
                    code => code.Name, code => (IOpenApiExample)new OpenApiExampleReference(code.Name, document), StringComparer.Ordinal),
            },
        },
        Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)
        {
            ["x-codes"] = new JsonNodeExtension(new JsonArray([.. codes.Select(code => JsonValue.Create(code.Name))])),
        },
    };

    // NSwag takes it as the message of its exceptions.
    private static string Meaning(ProblemCode code) => $"`{code.Name}`: {code.Meaning}";

    private static IEnumerable<string> Headers(ProblemCode[] codes) =>
    [
        "X-Request-Id", .. codes.Contains(Unauthorized) ? ["WWW-Authenticate"] : Array.Empty<string>(),
        .. codes.Intersect(_withRetryAfter).Any() ? ["Retry-After"] : Array.Empty<string>(),
    ];

    private static OpenApiExample Example(ProblemCode code)
    {
        var problem = new JsonObject
        {
            ["type"] = TypedResults.Problem(statusCode: code.Status).ProblemDetails.Type ?? "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(code.Status),
            ["status"] = code.Status,
            ["detail"] = code.Meaning,
            ["code"] = code.Name,
        };
        foreach (var (name, value) in code.Example is null ? [] : JsonNode.Parse(code.Example)!.AsObject())
            problem[name] = value?.DeepClone();
        return new() { Summary = code.Meaning, Value = problem };
    }
}
