using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary>A client at a glance, for the page.</summary>
internal sealed class GetClient(UnitOfWork unit, SendingForecast forecast)
{
    private const int MaxNext = 5;

    /// <summary>Reads it; null where nothing is kept of a client of this id.</summary>
    internal async Task<ClientGlance?> RunAsync(string clientId, CancellationToken cancellationToken)
    {
        var (counts, next, webhooks, conditions) = await unit.ConnectAsync(
            async connection => await ClientErasure.IsKnownAsync(connection, clientId, cancellationToken)
                ? (
                    await ClientQueries.CountAsync(connection, clientId, cancellationToken),
                    await ClientQueries.NextAsync(connection, clientId, MaxNext, cancellationToken),
                    await WebhookTable.ListAsync(connection, clientId, cancellationToken),
                    await SendingConditions.ReadAsync(connection, cancellationToken))
                : default,
            cancellationToken);
        if (counts is null)
            return null;
        conditions = await forecast.AddToAsync(conditions, next, cancellationToken);
        return new(counts, [.. next.Select(email => new EmailSummary(email, conditions))], webhooks);
    }
}

/// <summary>A client at a glance.</summary>
/// <param name="Counts">How many of its e-mails stand where.</param>
/// <param name="Next">Those that are due next.</param>
/// <param name="Webhooks">Its webhooks.</param>
public sealed record ClientGlance(ClientCounts Counts, IReadOnlyList<EmailSummary> Next, IReadOnlyList<Webhook> Webhooks);
