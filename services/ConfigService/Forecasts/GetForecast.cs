using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Forecasts;

/// <summary><c>GET /forecast</c>: what will become of what is due in the next hours. A client sees its own e-mails.</summary>
internal static class GetForecast
{
    /// <summary>How far ahead it looks by default.</summary>
    internal const int DefaultHours = 24;

    private static readonly Parameter _hours = new("hours", "How many hours to look ahead.", typeof(int))
    {
        Min = 1,
        Max = (int)SendingForecast.Horizon.TotalHours,
        Default = DefaultHours,
    };

    internal static void Map(RouteGroupBuilder api) => api.MapGet("/forecast", HandleAsync)
        .WithName("GetForecast").Takes(_hours).Answers<ForecastView>().Refuses(ProblemCodes.InvalidQuery);

    /// <summary>What will become of what is due?</summary>
    /// <remarks>
    /// The pending e-mails that are due in the next hours, sent in the order of their due times at the pace of the senders (`SMTP_RATE`,
    /// connections and how long the server takes). The operator sees all clients. A client's key sees its own e-mails, which wait for those
    /// of other clients all the same.
    /// </remarks>
    /// <response code="200">The forecast.</response>
    internal static async Task<ForecastView> HandleAsync(HttpContext context, SendingForecast forecast)
    {
        var query = new Query(context);
        var hours = query.Number(_hours);
        query.Checked();
        return await RunAsync(
            forecast, await forecast.ReadAsync(context.RequestAborted), Caller.From(context), hours, context.RequestAborted);
    }

    /// <summary>Counts what a reading says.</summary>
    internal static async Task<ForecastView> RunAsync(
        SendingForecast forecast, SendingForecast.Reading reading, Caller caller, int hours, CancellationToken cancellationToken)
    {
        var own = caller.ClientId is { } clientId ? await forecast.ReadOwnAsync(clientId, reading, cancellationToken) : null;
        return ForecastView.From(reading, own, hours);
    }
}
