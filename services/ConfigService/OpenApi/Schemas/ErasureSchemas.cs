using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

internal static class ErasureSchemas
{
    private const string Counts = """{"sent":120,"failed":1,"unknown":0,"cancelled":4,"expired":0}""";

    internal static IEnumerable<NamedSchema> All =>
    [
        new("ErasedClient", Answer("What is kept of a client that was erased.",
            Has("erased_at", Time("When.")),
            Has("emails", Ref("ErasedEmails"))), $$"""{"erased_at":"2026-11-24T15:12:09.310Z","emails":{{Counts}}}"""),
        new("Erasures", Answer("What is kept of all clients that were erased.",
            Has("clients", Number("How many clients.", least: 0)),
            Has("emails", Ref("ErasedEmails"))), $$"""{"clients":1,"emails":{{Counts}}}"""),
        new("ErasedEmails", Answer("How many e-mails stood at each status.",
            Has("sent", Number("The server had them.", least: 0)),
            Has("failed", Number("The server did not have them.", least: 0)),
            Has("unknown", Number("The server may have had them.", least: 0)),
            Has("cancelled", Number("Taken back, also by the erasure.", least: 0)),
            Has("expired", Number("Not worth sending any more.", least: 0)))),
    ];
}
