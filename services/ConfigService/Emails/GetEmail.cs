using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary><c>GET /scheduled-emails/{id}</c>: the whole e-mail.</summary>
internal static class GetEmail
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/scheduled-emails/{id}", HandleAsync)
        .WithName("GetEmail").Answers<EmailView>().Refuses(ProblemCodes.EmailNotFound);

    /// <summary>Read an e-mail</summary>
    /// <remarks>The whole e-mail: what it says, where it stands, why, and all that happened to it.</remarks>
    /// <response code="200">The e-mail.</response>
    internal static async Task<EmailView> HandleAsync(string id, HttpContext context, UnitOfWork unit, SendingForecast forecast)
    {
        _ = new Query(context).Checked();
        return await RunAsync(id, Caller.From(context), unit, forecast, context.RequestAborted);
    }

    internal static async Task<EmailView> RunAsync(
        string id, Caller caller, UnitOfWork unit, SendingForecast forecast, CancellationToken cancellationToken)
    {
        var (email, body) = await unit.ConnectAsync(
            connection => UnitOfWork.EmailWithBodyAsync(connection, id, caller, cancellationToken), cancellationToken);
        // What is no longer pending hangs on nothing.
        return new EmailView(email, body, email.Status != EmailStatus.Pending
            ? SendingConditions.Nothing
            : await SendingConditions.ReadAsync(unit, cancellationToken) with
            {
                Schedule = (await forecast.ReadAsync(cancellationToken)).Schedule,
            });
    }
}
