using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Webhooks;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/clients/{client_id}/events</c>: what happens, as it happens, and the client's webhooks with what one can do about them;
/// <c>/events</c> for everything.
/// </summary>
internal sealed class EventPages(
    UnitOfWork unit, ChangeWebhook change, RotateWebhookSecret rotate, TestWebhook test, ReplayWebhook replay, Html html)
{
    private const int MaxEvents = 50;
    private static readonly TimeSpan _overlap = TimeSpan.FromDays(1);

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/events", (HttpContext context, EventPages pages) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            return pages.ShowAsync(context, clientId: null);
        });
        page.MapGet("/clients/{client_id}/events", (HttpContext context, EventPages pages) =>
            pages.ShowAsync(context, ClientPage.ClientId(context)));
        page.MapPost("/clients/{client_id}/webhooks/{id}/{action}",
            (string id, string action, HttpContext context, EventPages pages) => pages.ActAsync(id, action, context));
    }

    private async Task<IResult> ActAsync(string id, string action, HttpContext context)
    {
        var (clientId, cancellationToken) = (ClientPage.ClientId(context), context.RequestAborted);
        try
        {
            switch (action)
            {
                case "test":
                    var outcome = await test.RunAsync(clientId, id, cancellationToken);
                    return await ShowAsync(
                        context, clientId,
                        did: outcome.State == DeliveryState.Succeeded
                            ? $"The test succeeded: the endpoint answered {outcome.LastStatus}."
                            : $"The test failed: {outcome.LastError}.");
                case "enable":
                    await change.RunEnableAsync(clientId, id, cancellationToken);
                    return await ShowAsync(context, clientId, did: "Enabled. It goes on where it stopped.");
                case "rotate":
                    var rotated = await rotate.RunAsync(clientId, id, _overlap, cancellationToken);
                    // Not a redirect: it is shown in this answer, and kept nowhere.
                    return await ShowAsync(context, clientId, secret: rotated.Secret);
                case "replay":
                    var form = await context.Request.ReadFormAsync(cancellationToken);
                    if (!Guid.TryParseExact(form["event"].ToString().Trim(), "D", out var eventId))
                        throw new ProblemException(ProblemCodes.InvalidBody, "That is no id of an event. Nothing changed.");
                    await replay.RunAsync(clientId, id, after: null, [eventId], cancellationToken);
                    return await ShowAsync(context, clientId, did: "The event is delivered again.");
                default:
                    return Results.NotFound();
            }
        }
        catch (ProblemException refusal) when (refusal.Code != ProblemCodes.WebhookNotFound)
        {
            return await ShowAsync(context, clientId, refusal: refusal);
        }
    }

    private async Task<IResult> ShowAsync(
        HttpContext context, string? clientId, string? did = null, string? secret = null, ProblemException? refusal = null)
    {
        var (viewer, cancellationToken) = (Viewer.From(context), context.RequestAborted);
        var (events, webhooks) = await unit.ConnectAsync(
            async connection =>
            {
                var (events, _) = await RecentEvents.ReadAsync(
                    connection, clientId, RecentEvents.End, EventPosition.Start, DateTimeOffset.UnixEpoch, [], MaxEvents,
                    cancellationToken);
                var shown = new List<ShownWebhook>();
                foreach (var webhook in clientId is null ? [] : await WebhookTable.ListAsync(connection, clientId, cancellationToken))
                {
                    var (pending, more) = await DeliveryList.ReadAsync(
                        connection, webhook, DeliveryState.Pending, before: null, MaxEvents, cancellationToken);
                    shown.Add(new(
                        new(webhook, viewer.Caller), pending.Count, more is not null,
                        pending.Select(each => each.NextAttemptAt).Where(at => at is not null).Min()));
                }

                return (events, shown);
            },
            cancellationToken);
        return await html.PageAsync<EventsView>(
            refusal?.Status ?? StatusCodes.Status200OK,
            ("Viewer", viewer with { Path = clientId is null ? "/events" : $"/clients/{clientId}/events" }), ("ClientId", clientId),
            ("Events", events), ("Webhooks", webhooks), ("Did", did), ("Secret", secret), ("Problem", refusal));
    }
}

/// <summary>A webhook on the page.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Pending">How many deliveries wait for another try.</param>
/// <param name="HasMore">Whether there are more than those.</param>
/// <param name="NextTry">When the first of them is tried.</param>
public sealed record ShownWebhook(WebhookView Webhook, int Pending, bool HasMore, DateTimeOffset? NextTry);
