using Mail.Hosting.Sealing;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Webhooks;

/// <summary>What webhooks are signed with, opened with this sender's keys.</summary>
/// <param name="Keys">Empty where <c>SECRETS_PRIVATE_KEYS</c> is not set: then this sender delivers nothing.</param>
internal sealed record WebhookSecrets(IReadOnlyList<SecretsKey> Keys)
{
    /// <summary>The secrets of a webhook, the newest first; empty where none can be opened.</summary>
    internal async Task<IReadOnlyList<byte[]>> ReadAsync(NpgsqlConnection connection, Guid webhook, CancellationToken cancellationToken) =>
    [
        .. (await WebhookWork.SecretsAsync(connection, webhook, cancellationToken))
            .Select(each => SealedSecret.Open(each.Sealed, Keys, WebhookTable.SecretRow(webhook, each.Id))).OfType<byte[]>(),
    ];
}

/// <summary>Connections for webhooks, apart from those for e-mails: neither ever waits for the other.</summary>
/// <param name="DataSource">The pool.</param>
internal sealed record WebhookDatabase(NpgsqlDataSource DataSource) : IAsyncDisposable
{
    /// <summary>How many connections.</summary>
    internal const int MaxConnections = 4;

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}
