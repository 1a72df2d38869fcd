using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>POST …/webhooks/{id}/replay</c>: everything after a cursor again, or some events.</summary>
internal sealed class ReplayWebhook(UnitOfWork unit, WebhookDeliveries deliveries)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost($"{OneWebhook.Path}/replay", HandleAsync)
        .WithName("ReplayWebhook")
        .Takes<ReplayInput>().Answers<WebhookView>()
        .Refuses(ProblemCodes.WebhookNotFound, ProblemCodes.CursorExpired, ProblemCodes.ConflictingFields);

    /// <summary>Deliver events again</summary>
    /// <remarks>
    /// With `after`, a cursor of the feed, the webhook goes back there and gets everything since then again. With `event_ids` it gets those
    /// again. Ids and bodies are the same as before.
    /// </remarks>
    /// <response code="200">The webhook; deliveries follow.</response>
    internal static async Task<WebhookView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, ReplayWebhook replay)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var fields = new ObjectReader(await RequestBody.ReadAsync(context), errors, "after", "event_ids");
        var after = Cursor(fields);
        var ids = Ids(fields);
        if (after is not null && ids is not null)
            errors.Add("/event_ids", "stands beside after: one of them says what to deliver again", ProblemCodes.ConflictingFields);
        else if (fields.IsObject && !errors.Any && after is null && ids is null)
            errors.Add("", "has neither after nor event_ids: one of them is required");
        errors.Throw();
        return new(await replay.RunAsync(clientId, id, after, ids ?? [], context.RequestAborted), Caller.From(context));
    }

    internal Task<Webhook> RunAsync(
        string clientId, string id, FeedCursor? after, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        unit.RunInTurnAsync(
            OneWebhook.TurnOf(clientId),
            async work =>
            {
                var webhook = await OneWebhook.FindAsync(work.Connection, clientId, id, cancellationToken);
                if (after is not null)
                {
                    // Refuses a cursor that has expired. One beyond what was delivered would pass over the rest.
                    await EventFeed.ReadAsync(work.Connection, clientId, after, [], limit: 1, cancellationToken);
                    if (after.Position < webhook.Cursor.Position)
                        await WebhookTable.MoveAsync(work.Connection, clientId, webhook.Id, after, cancellationToken);
                    return webhook;
                }

                var events = await RecentEvents.FindAsync(work.Connection, clientId, ids, cancellationToken);
                var errors = new Errors();
                foreach (var (index, missing) in ids.Index().Where(each => events.TrueForAll(found => found.Id != each.Item)))
                    errors.Add($"/event_ids/{index}", "is no event of this client that is still kept");
                errors.Throw();
                await deliveries.InsertAgainAsync(work.Connection, webhook.Id, events, work.Now, cancellationToken);
                return webhook;
            },
            cancellationToken);

    private static FeedCursor? Cursor(ObjectReader fields)
    {
        if (fields.Line("after", ReplayInput.MaxCursor) is not { } text)
            return null;
        var cursor = FeedCursor.Parse(text);
        if (cursor is null)
            fields.Errors.Add("/after", "is not a cursor of the feed");
        return cursor;
    }

    private static List<Guid>? Ids(ObjectReader fields)
    {
        if (!fields.Has("event_ids"))
            return null;
        var ids = new List<Guid>();
        foreach (var (element, pointer) in fields.Items("event_ids"))
        {
            if (!JsonText.TryString(element, pointer, fields.Errors, out var text))
                continue;
            if (!Guid.TryParseExact(text, "D", out var id))
                fields.Errors.Add(pointer, "is no id of an event");
            else if (!ids.Contains(id))
                ids.Add(id);
        }

        if (ids.Count is 0 or > ReplayInput.MaxEvents && !fields.Errors.Any)
            fields.Errors.Add("/event_ids", $"must name 1 to {ReplayInput.MaxEvents} events");
        return ids;
    }
}

/// <summary>What to deliver again: one of both.</summary>
/// <param name="After">A cursor of the feed: everything since then.</param>
/// <param name="EventIds">These events.</param>
[Example("""{"event_ids":["019ad0c4-7a10-7000-8000-0000a1b2c3d4"]}""")]
internal sealed record ReplayInput(
    [property: StringLength(ReplayInput.MaxCursor)] string? After = null,
    [property: MinLength(1), MaxLength(ReplayInput.MaxEvents)] IReadOnlyList<Guid>? EventIds = null)
{
    internal const int MaxCursor = 64;
    internal const int MaxEvents = 500;
}
