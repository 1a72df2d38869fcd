using System.Diagnostics;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>POST …/webhooks/{id}/test</c>: a delivery by a sender, signed as all are, and what came of it.</summary>
internal sealed class TestWebhook(UnitOfWork unit, WebhookDeliveries deliveries, TimeProvider time)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    internal static void Map(RouteGroupBuilder api) => api.MapPost($"{OneWebhook.Path}/test", HandleAsync)
        .WithName("TestWebhook")
        .TakesNoFields().Answers<DeliveryView>().Refuses(ProblemCodes.WebhookNotFound, ProblemCodes.NoOutcomeYet);

    /// <summary>Test a webhook</summary>
    /// <remarks>
    /// Sends an event of the type `webhook.test`, signed as all are, and waits up to 20 s for what comes of it. A test is tried once, also
    /// where the webhook is disabled; a success ends its failing, a failure counts for nothing.
    /// </remarks>
    /// <response code="200">What came of it: `succeeded` or `failed`.</response>
    internal static async Task<DeliveryView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, TestWebhook test)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return await test.RunAsync(clientId, id, context.RequestAborted);
    }

    internal async Task<DeliveryView> RunAsync(string clientId, string id, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (webhook, eventId) = await unit.RunAsync(
            async work =>
            {
                var webhook = await OneWebhook.FindAsync(work.Connection, clientId, id, cancellationToken);
                var eventId = Guid.CreateVersion7(work.Now);
                await deliveries.InsertTestAsync(
                    work.Connection, webhook.Id, eventId, EventBody.OfTest(webhook.Id, work.Now), work.Now, cancellationToken);
                return (webhook.Id, eventId);
            },
            cancellationToken);
        while (Stopwatch.GetElapsedTime(started) < _longest)
        {
            var found = await unit.ConnectAsync(
                connection => DeliveryList.FindAsync(connection, webhook, [eventId], cancellationToken), cancellationToken);
            if (found.TryGetValue(eventId, out var delivery) && delivery.State != DeliveryState.Pending)
                return new(delivery);
            await Task.Delay(_poll, time, cancellationToken);
        }

        throw new ProblemException(ProblemCodes.NoOutcomeYet, "No sender has delivered it within 20 s.").With("event_id", eventId);
    }
}
