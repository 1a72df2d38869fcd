using Microsoft.OpenApi;
using static Mail.ConfigService.OpenApi.Operation;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Operations;

internal static class HoldOperations
{
    private const string Hold = "Nothing is handed over meanwhile; e-mails stay `pending`, and saving, cancelling and moving go on. What is being handed over when it comes is waited for, 10 s at the most. Idempotent: held already, it stays held since then, with the reason given last.";
    private const string Release = "What is overdue goes out, unless its `send_before` has passed. Look first, with `dry_run=true`. Idempotent.";

    internal static IEnumerable<Operation> All =>
    [
        Create("HoldEverything", "Hold all sending back", Hold, "Held."),
        Create("ReleaseEverything", "Let sending go on", $"Ends the hold on everything, not those on single clients. After the restore fence held, it also says that this database is the one that is meant. {Release}", "Released; on a dry run, what would go out.", DryRun),
        Create("HoldClient", "Hold a client's sending back", Hold, "Held."),
        Create("ReleaseClient", "Let a client's sending go on", $"Ends the hold on this client, not one on everything. {Release}", "Released; on a dry run, what would go out.", DryRun),
        new("ListHolds", "List what is held back", "The hold on everything and those on clients, each with its reason, since when, and by whom.")
        {
            Means = "The holds; empty where nothing is held.",
            Answer = "HoldList",
        },
    ];

    private static OpenApiParameter DryRun => Query("dry_run", Flag("Answers whether it is held, and in `would_send` what would go out, and changes nothing.", otherwise: false));

    private static Operation Create(string name, string summary, string description, string means, params OpenApiParameter[] parameters) => new(name, summary, description)
    {
        Parameters = parameters,
        Body = "HoldInput",
        BodyOptional = true,
        Means = means,
        Answer = "HoldState",
    };
}
