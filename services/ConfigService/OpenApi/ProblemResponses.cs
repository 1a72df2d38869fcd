using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Adds the shared answers and an example of each code to the components.</summary>
    internal static void AddShared(OpenApiDocument document)
    {
        document.Components!.Responses = _shared.ToDictionary(
            codes => codes[0].Name, codes => (IOpenApiResponse)Response(codes, document), StringComparer.Ordinal);
        document.Components.Examples = ProblemCodes.All.Except([NotFound, MethodNotAllowed, UnknownAttachment])
            .ToDictionary(code => code.Name, code => (IOpenApiExample)Example(code), StringComparer.Ordinal);
    }

    /// <summary>Adds the problems to an operation's responses.</summary>
    internal static void Add(OpenApiResponses responses, IEnumerable<ProblemCode> problems, OpenApiDocument document)
    {
        foreach (var byStatus in problems.Distinct().GroupBy(code => code.Status).OrderBy(group => group.Key))
        {
            ProblemCode[] codes = [.. byStatus];
            responses[byStatus.Key.ToString(CultureInfo.InvariantCulture)] = _shared.Any(shared => shared.SequenceEqual(codes))
                ? new OpenApiResponseReference(codes[0].Name, document)
                : Response(codes, document);
        }
    }

    private static OpenApiResponse Response(ProblemCode[] codes, OpenApiDocument document) => new()
    {
        Description = codes is [var only] ? Meaning(only) : string.Join('\n', codes.Select(code => $"- {Meaning(code)}")),
        Headers = MailDocument.Refer(
            document,
            AnswerHeader.RequestId,
            codes.Contains(Unauthorized) ? AnswerHeader.WwwAuthenticate : null,
            codes.Any(code => code.SaysWhenToRetry) ? AnswerHeader.RetryAfter : null),
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

    private static OpenApiExample Example(ProblemCode code)
    {
        var extensions = JsonSerializer.Deserialize<Dictionary<string, object?>>(code.Example ?? "{}")!;
        var problem = TypedResults.Problem(
            code.Meaning, statusCode: code.Status, title: ReasonPhrases.GetReasonPhrase(code.Status),
            extensions: extensions.Prepend(new("code", code.Name))).ProblemDetails;
        problem.Type ??= "about:blank";
        return new() { Summary = code.Meaning, Value = JsonSerializer.SerializeToNode(problem) };
    }
}
