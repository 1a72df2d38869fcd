using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

internal static class ApiKeySchemas
{
    internal static IEnumerable<NamedSchema> All =>
    [
        new("ApiKeyInput", Request("The new key's name.", Has("name", Line("For people: it stands in revisions as `saved_by`.", most: 128, least: 1))), """{"name":"shop"}"""),
        new("ApiKeyCreated", Answer("The new key, shown this once.",
            Has("id", Id("By which it is revoked.")),
            Has("name", Text("Its name.")),
            Has("key", Text("The secret. Only its hash is kept.")),
            Has("created_at", Time("When it was made."))),
            """{"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","name":"shop","key":"mail_3q2-7wHc0o3b1f9kZr8sVYtQmXeJ4pLdA6uGiNhKxBE","created_at":"2026-11-24T15:12:09.310Z"}"""),
        new("ApiKeyList", Answer("A client's keys.",
            Has("items", List("The keys, oldest first.", Ref("ApiKey")))),
            """{"items":[{"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","name":"shop","created_at":"2026-11-24T15:12:09.310Z","last_used_at":null}]}"""),
        new("ApiKey", Answer("A key, without its secret.",
            Has("id", Id("By which it is revoked.")),
            Has("name", Text("Its name.")),
            Has("created_at", Time("When it was made.")),
            Has("last_used_at", OrNull(Time("When it was last used, to the minute; null where never."))))),
    ];
}
