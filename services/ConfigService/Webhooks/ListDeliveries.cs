using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>GET …/webhooks/{id}/deliveries</c>, the newest first.</summary>
internal static class ListDeliveries
{
    private static readonly Parameter _state =
        new("state", "Only deliveries that stand so: `pending`, `succeeded` or `failed`.", typeof(string))
        { Pattern = "^(pending|succeeded|failed)$" };

    internal static void Map(RouteGroupBuilder api) => api.MapGet($"{OneWebhook.Path}/deliveries", HandleAsync)
        .WithName("ListDeliveries")
        .Takes(_state, Parameter.Limit, Parameter.Cursor).Answers<DeliveryPage>()
        .Refuses(ProblemCodes.WebhookNotFound, ProblemCodes.InvalidQuery);

    /// <summary>List a webhook's deliveries</summary>
    /// <remarks>
    /// The newest events first, as far as they were delivered or tried. What succeeded at once is known by the webhook's place in the feed:
    /// it has `attempts` 1, and as `last_status` what the endpoint answered last.
    /// </remarks>
    /// <response code="200">A page of deliveries.</response>
    internal static async Task<DeliveryPage> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, UnitOfWork unit)
    {
        var query = new Query(context);
        var state = query.Value(_state.Name);
        if (state is not null && !DeliveryState.All.Contains(state, StringComparer.Ordinal))
            query.Refuse(_state.Name, $"must be one of {string.Join(", ", DeliveryState.All)}");
        var limit = query.Number(Parameter.Limit);
        var before = Before(query);
        query.Checked();
        return await RunAsync(clientId, id, state, before, limit, unit, context.RequestAborted);
    }

    internal static async Task<DeliveryPage> RunAsync(
        string clientId, string id, string? state, FeedCursor? before, int limit, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var (items, next) = await unit.ConnectAsync(
            async connection =>
            {
                var webhook = await OneWebhook.FindAsync(connection, clientId, id, cancellationToken);
                return await DeliveryList.ReadAsync(connection, webhook, state, before, limit, cancellationToken);
            },
            cancellationToken);
        return new([.. items.Select(each => new DeliveryView(each))], next?.ToString());
    }

    private static FeedCursor? Before(Query query)
    {
        if (query.Value(Parameter.Cursor.Name) is not { } text)
            return null;
        var cursor = FeedCursor.Parse(text);
        if (cursor is null)
            query.Refuse(Parameter.Cursor.Name, "is not a cursor of this list: use next_cursor of the page before, or leave it out");
        return cursor;
    }
}

/// <summary>A page of deliveries, the newest event first.</summary>
/// <param name="Items">The deliveries.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
[Example("""
    {"items":[{"event_id":"019ad0c4-7a10-7000-8000-0000a1b2c3d4","state":"pending","attempts":2,"last_status":503,
     "next_attempt_at":"2026-11-24T15:17:09.310Z","last_error":"answered 503"}],"next_cursor":null}
    """)]
internal sealed record DeliveryPage([property: MaxLength(500)] IReadOnlyList<DeliveryView> Items, string? NextCursor);

/// <summary>An event on its way to a webhook.</summary>
/// <param name="EventId">The event.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastStatus">The HTTP status of the last try; null where there was no answer, and where it succeeded at once.</param>
/// <param name="NextAttemptAt">When it is tried again; null where it is not.</param>
/// <param name="LastError">What went wrong at the last try; null where nothing did.</param>
[Example("""
    {"event_id":"019ad0c4-7a10-7000-8000-0000a1b2c3d4","state":"succeeded","attempts":1,"last_status":200,"next_attempt_at":null,
     "last_error":null}
    """)]
internal sealed record DeliveryView(
    Guid EventId, [property: DeliveryState] string State, int Attempts, int? LastStatus, DateTimeOffset? NextAttemptAt, string? LastError)
{
    internal DeliveryView(WebhookDelivery delivery)
        : this(
            delivery.EventId, delivery.State, delivery.Attempts, delivery.LastStatus, delivery.NextAttemptAt, delivery.LastError)
    {
    }
}
