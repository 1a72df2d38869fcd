using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Webhooks;

/// <summary><c>POST …/webhooks/{id}/rotate-secret</c>.</summary>
internal sealed class RotateWebhookSecret(UnitOfWork unit, WebhookSecret secrets)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost($"{OneWebhook.Path}/rotate-secret", HandleAsync)
        .WithName("RotateWebhookSecret")
        .MayTake<RotateInput>().Answers<RotatedSecret>()
        .Refuses(ProblemCodes.WebhookNotFound, ProblemCodes.WebhooksNotConfigured);

    /// <summary>Rotate a webhook's secret</summary>
    /// <remarks>
    /// Deliveries are signed with both secrets for some time, so that receivers can change over. Rotated again meanwhile, the one that was
    /// on its way out goes at once.
    /// </remarks>
    /// <response code="200">The new secret: note it now, it is shown this once.</response>
    internal static async Task<RotatedSecret> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, RotateWebhookSecret rotate)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var fields = new ObjectReader(await RequestBody.ReadAsync(context, optional: true), errors, "overlap_seconds");
        var overlap = fields.Number("overlap_seconds", RotateInput.MaxOverlap) ?? RotateInput.DefaultOverlap;
        errors.Throw();
        return await rotate.RunAsync(clientId, id, TimeSpan.FromSeconds(overlap), context.RequestAborted);
    }

    internal Task<RotatedSecret> RunAsync(string clientId, string id, TimeSpan overlap, CancellationToken cancellationToken) =>
        unit.RunInTurnAsync(
            OneWebhook.TurnOf(clientId),
            async work =>
            {
                var webhook = await OneWebhook.FindAsync(work.Connection, clientId, id, cancellationToken);
                var (shown, kept) = secrets.Make(webhook.Id);
                await WebhookTable.RotateAsync(work.Connection, webhook.Id, kept, overlap, cancellationToken);
                return new RotatedSecret(shown, work.Now + overlap);
            },
            cancellationToken);
}

/// <summary>For how long both secrets are used.</summary>
/// <param name="OverlapSeconds">A day where left out; a week at the most.</param>
[Example("""{"overlap_seconds":86400}""")]
internal sealed record RotateInput([property: Range(0, RotateInput.MaxOverlap)] int? OverlapSeconds = RotateInput.DefaultOverlap)
{
    internal const int DefaultOverlap = 86_400;
    internal const int MaxOverlap = 7 * 86_400;
}

/// <summary>A webhook's new secret, shown this once.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="PreviousUntil">Until when deliveries are signed with the one before, too.</param>
[Example("""{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwq5VZ1kGkQq0=","previous_until":"2026-11-25T15:12:09.310Z"}""")]
internal sealed record RotatedSecret(string Secret, DateTimeOffset PreviousUntil);
