using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Status;

/// <summary>
/// <c>GET /email-status</c>, without a key: is e-mail working? The truth of the senders, not of this service, and of a hold on everything.
/// </summary>
internal static class GetEmailStatus
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/email-status", HandleAsync).AllowAnyone()
        .WithName("GetEmailStatus").Answers<SendingStatus>();

    /// <summary>Is e-mail working?</summary>
    /// <remarks>
    /// The truth of the senders: the union of what live senders lack. With no live sender `configured` is false, `missing` is empty, and
    /// the hint says so. While everything is held back, `held` is there too, and the hint says since when, by whom and how to release.
    /// </remarks>
    /// <response code="200">Whether e-mail is configured.</response>
    internal static async Task<SendingStatus> HandleAsync(HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var conditions = await unit.ConnectWithoutKeyAsync(
            connection => SendingConditions.ReadAsync(connection, context.RequestAborted), context.RequestAborted);
        return SendingStatus.From(conditions.Senders, conditions.Everything);
    }
}
