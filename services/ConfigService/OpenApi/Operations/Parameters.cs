using Microsoft.OpenApi;
using static Mail.ConfigService.OpenApi.Operation;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Operations;

/// <summary>What several operations take.</summary>
internal static class Parameters
{
    internal static OpenApiParameter Limit => Query("limit", Number("How many items a page has at most.", least: 1, most: 500, otherwise: 50));

    internal static OpenApiParameter Cursor => Query("cursor", Text("`next_cursor` of the page before."));

    internal static OpenApiParameter IfMatch =>
        Header("If-Match", Text("The `ETag` that the config is believed to have, for example `\"3\"`, or `*` for any. At another revision nothing changes, and the answer is 412."));

    internal static OpenApiParameter AttachmentId => new()
    {
        Name = "id",
        In = ParameterLocation.Path,
        Required = true,
        Description = "The id that the upload answered.",
        Schema = Text("`sha256-` and 64 hexadecimal digits.", pattern: "^sha256-[0-9a-f]{64}$"),
        Example = Schemas.AttachmentSchemas.ExampleId,
    };

    internal static OpenApiParameter ReprDigest =>
        Header("Repr-Digest", Text("The SHA-256 of the body, for example `sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:` (RFC 9530). Another body is refused."));

    internal static OpenApiParameter IdempotencyKey => Header(
        "Idempotency-Key",
        Text("Makes a repetition safe: the same key and body answers as the first time, until 24 hours after its e-mails are final. Keys are per client.", most: 255, least: 1));
}
