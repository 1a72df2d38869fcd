namespace Mail.ConfigService.OpenApi.Operations;

internal static class HoldOperations
{
    private const string Hold = "Nothing is handed over meanwhile; e-mails stay `pending`, and saving, cancelling and moving go on. Idempotent: held already, it stays held since then, with the reason given last.";
    private const string Release = "What is overdue goes out, unless its `send_before` has passed. Idempotent.";

    internal static IEnumerable<Operation> All =>
    [
        Of("HoldEverything", "Hold all sending back", Hold, "Held."),
        Of("ReleaseEverything", "Let sending go on", $"Ends the hold on everything, not those on single clients. {Release}", "Released."),
        Of("HoldClient", "Hold a client's sending back", Hold, "Held."),
        Of("ReleaseClient", "Let a client's sending go on", $"Ends the hold on this client, not one on everything. {Release}", "Released."),
        new("ListHolds", "List what is held back", "The hold on everything and those on clients, each with its reason, since when, and by whom.")
        {
            Means = "The holds; empty where nothing is held.",
            Answer = "HoldList",
        },
    ];

    private static Operation Of(string name, string summary, string description, string means) => new(name, summary, description)
    {
        Body = "HoldInput",
        BodyOptional = true,
        Means = means,
        Answer = "HoldState",
    };
}
