using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Status;

/// <summary><c>GET /email-status</c>, without a key: is e-mail working? The truth of the senders, not of this service.</summary>
internal static class GetEmailStatus
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/email-status", async (HttpContext context, Unit unit) =>
        {
            _ = new Query(context).Checked();
            var senders = await unit.ConnectWithoutKeyAsync(connection => LiveSenders.LoadAsync(connection, context.RequestAborted), context.RequestAborted);
            var status = SendingStatus.Of([.. senders.Select(live => live.Sender)]);
            // The guide's answer has no hint where all is well.
            return status.Hint is null
                ? Results.Json(new { status.Configured, status.Missing })
                : Results.Json(status);
        }).AllowAnyone().WithName("GetEmailStatus").WithTags("Is e-mail working?");
}
