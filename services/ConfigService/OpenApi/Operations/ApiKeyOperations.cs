namespace Mail.ConfigService.OpenApi.Operations;

internal static class ApiKeyOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("CreateApiKey", "Make a client key", "A key for everything under the client's own path except keys, and for its e-mails. It is shown this once, and stored only hashed.")
        {
            Body = "ApiKeyInput",
            Status = StatusCodes.Status201Created,
            Means = "Made: note the key now.",
            Answer = "ApiKeyCreated",
        },
        new("ListApiKeys", "List a client's keys", "Names and times, never the keys themselves.")
        {
            Means = "The keys.",
            Answer = "ApiKeyList",
        },
        new("RevokeApiKey", "Revoke a client key", "Takes effect at once on every instance.")
        {
            Status = StatusCodes.Status204NoContent,
            Means = "Revoked.",
            Refuses = ["api_key_not_found"],
        },
    ];
}
