using Mail.ConfigService.Problems;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Webhooks;

/// <summary>What the use cases of one webhook share.</summary>
internal static class OneWebhook
{
    internal const string Path = "/client/{client_id}/webhooks/{id}";

    /// <summary>Changes of one client's webhooks take turns: the name of <see cref="UnitOfWork.RunInTurnAsync"/>.</summary>
    internal static string TurnOf(string clientId) => $"mail.webhooks/{clientId}";

    /// <summary>The webhook that a path names, or the refusal that there is none.</summary>
    internal static async Task<Webhook> FindAsync(
        NpgsqlConnection connection, string clientId, string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var webhookId)
        && await WebhookTable.FindAsync(connection, clientId, webhookId, cancellationToken) is { } webhook
            ? webhook
            : throw new ProblemException(ProblemCodes.WebhookNotFound);
}
