using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Status;

/// <summary><c>GET /email-status</c>, without a key: is e-mail working? The truth of the senders, not of this service, and of a hold on everything.</summary>
internal static class GetEmailStatus
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/email-status", async (HttpContext context, UnitOfWork unit) =>
        {
            _ = new Query(context).Checked();
            var conditions = await unit.ConnectWithoutKeyAsync(connection => SendingConditions.ReadAsync(connection, context.RequestAborted), context.RequestAborted);
            var status = SendingStatus.From(conditions.Senders, conditions.Everything);
            // The guide's answer has no hint where all is well.
            return status.Hint is null
                ? Results.Json(new { status.Configured, status.Missing })
                : Results.Json(status);
        }).AllowAnyone().WithName("GetEmailStatus").WithTags("Is e-mail working?");
}
