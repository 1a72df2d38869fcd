using System.Text.Json.Nodes;
using Mail.ConfigService.Access;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>The answers of an operation that are problems: its own, and those of its kind.</summary>
internal static class ProblemResponses
{
    // Answers that are the same wherever they come up, shared in the document's components.
    private static readonly string[][] _shared =
    [
        ["invalid_json", "bad_request"], ["unauthorized"], ["forbidden"], ["email_not_found"], ["config_not_found"], ["too_late"], ["revision_mismatch"],
        ["body_too_large"], ["unsupported_media_type", "unsupported_content_encoding"], ["too_many_wrong_keys", "too_many_requests"], ["internal_error"], ["database_unavailable", "too_busy"],
    ];

    internal static Dictionary<string, IOpenApiResponse> Shared => _shared.ToDictionary(codes => codes[0], codes => (IOpenApiResponse)Response(codes), StringComparer.Ordinal);

    /// <summary>Adds the problems to an operation's responses.</summary>
    internal static void Add(OpenApiResponses responses, Operation operation, Audience audience, bool ofClient)
    {
        foreach (var byStatus in operation.Refuses.Concat(OfKind(operation, audience, ofClient)).Distinct(StringComparer.Ordinal).GroupBy(code => StatusOf(code, operation)).OrderBy(group => group.Key))
        {
            string[] codes = [.. byStatus];
            responses[byStatus.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = _shared.Any(shared => shared.SequenceEqual(codes, StringComparer.Ordinal))
                ? new OpenApiResponseReference(codes[0])
                : Response(codes);
        }
    }

    // One that a path names is not found; one that an e-mail names is a mistake in the e-mail.
    private static int StatusOf(string code, Operation operation) =>
        code == "attachment_not_found" && operation.Body is not null ? StatusCodes.Status422UnprocessableEntity : Codes.All[code].Status;

    private static IEnumerable<string> OfKind(Operation operation, Audience audience, bool ofClient) =>
    [
        .. audience != Audience.Anyone ? ["unauthorized", "too_many_wrong_keys", "too_many_requests"] : Array.Empty<string>(),
        .. audience == Audience.Operator || ofClient ? ["forbidden"] : Array.Empty<string>(),
        .. ofClient ? ["invalid_client_id"] : Array.Empty<string>(),
        .. operation.Body is not null || operation.BodyOptional
            ? ["invalid_json", "bad_request", "body_too_large", "unsupported_media_type", "unsupported_content_encoding", "invalid_body", "unknown_field", "duplicate_field"]
            : Array.Empty<string>(),
        .. operation.BinaryBody ? ["bad_request"] : Array.Empty<string>(),
        "unknown_parameter", "internal_error", "database_unavailable", "too_busy",
    ];

    private static OpenApiResponse Response(string[] codes) => new()
    {
        Description = codes is [var only] ? Meaning(only) : string.Join('\n', codes.Select(code => $"- {Meaning(code)}")),
        Headers = Headers(codes).ToDictionary(name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name), StringComparer.Ordinal),
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new()
            {
                Schema = Shape.Ref("Problem"),
                Examples = codes.ToDictionary(code => code, code => (IOpenApiExample)new OpenApiExampleReference(code), StringComparer.Ordinal),
            },
        },
        Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal) { ["x-codes"] = new JsonNodeExtension(new JsonArray([.. codes.Select(code => JsonValue.Create(code))])) },
    };

    // NSwag takes it as the message of its exceptions.
    private static string Meaning(string code) => $"`{code}`: {Codes.All[code].Meaning}";

    private static IEnumerable<string> Headers(string[] codes)
    {
        yield return "X-Request-Id";
        if (codes.Contains("unauthorized"))
            yield return "WWW-Authenticate";
        if (codes.Any(code => code is "too_many_wrong_keys" or "too_many_requests" or "database_unavailable" or "too_busy" or "idempotency_in_progress" or "still_sending"))
            yield return "Retry-After";
    }

    /// <summary>One problem a code, but for those that no operation answers.</summary>
    internal static Dictionary<string, IOpenApiExample> Examples => Codes.All.Keys.Except(["not_found", "method_not_allowed"], StringComparer.Ordinal).ToDictionary(code => code, code => (IOpenApiExample)Example(code), StringComparer.Ordinal);

    private static OpenApiExample Example(string code)
    {
        var (status, meaning) = Codes.All[code];
        var problem = new JsonObject
        {
            ["type"] = TypedResults.Problem(statusCode: status).ProblemDetails.Type ?? "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = meaning,
            ["code"] = code,
        };
        foreach (var (name, value) in Beside(code))
            problem[name] = Shape.Json(value);
        return new() { Summary = meaning, Value = problem };
    }

    /// <summary>What stands beside the code.</summary>
    private static IEnumerable<(string Name, string Value)> Beside(string code) => code switch
    {
        "too_late" => [("current_status", "\"sent\"")],
        "not_resendable" => [("current_status", "\"pending\"")],
        "still_sending" => [("too_late", """["019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"]""")],
        "email_not_configured" => [("missing", """["SMTP_HOST"]"""), ("hint", """ "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env." """)],
        "held" => [("since", "\"2026-11-24T15:12:09.310Z\""), ("by", "\"operator\""), ("reason", "\"the provider is being changed\"")],
        "smtp_failed" => [("email_id", "\"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01\""), ("smtp_reply", "\"550 5.1.1 no such user\""), ("hint", "\"Check the recipient's address.\"")],
        "no_outcome_yet" => [("email_id", "\"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01\"")],
        "invalid_body" => [("errors", """{"/to/0":["not an e-mail address"]}""")],
        "unknown_field" => [("errors", """{"/sujbect":["is not a field of this request"]}""")],
        "duplicate_field" => [("errors", """{"/subject":["is given more than once"]}""")],
        "time_without_offset" => [("errors", """{"/scheduled_datetime":["has no offset: say which time zone is meant, for example 2026-12-01T09:00:00+01:00"]}""")],
        "already_resent" => [("resent_as", "\"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01\"")],
        "scheduled_too_far_ahead" => [("errors", """{"/scheduled_datetime":["is more than a hundred years ahead"]}""")],
        "scheduled_in_the_past" => [("errors", """{"/scheduled_datetime":["is more than an hour ago"]}""")],
        "already_sent" => [("errors", """{"/emails/3":["was changed, but the e-mail is already sent: give it a time in the future to send another"]}""")],
        "invalid_query" => [("errors", """{"/limit":["must be a number from 1 to 500"]}""")],
        "unknown_parameter" => [("errors", """{"/limt":["is not a parameter of this request"]}""")],
        "invalid_client_id" => [("errors", """{"/client_id":["must be 1 to 128 of A-Z a-z 0-9 . _ -, and neither . nor .."]}""")],
        "invalid_idempotency_key" => [("errors", """{"/Idempotency-Key":["must be 1 to 255 characters"]}""")],
        _ => [],
    };
}
