using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Forecasts;

/// <summary><c>GET /forecast</c>: what will become of what is due in the next hours. A client sees its own e-mails.</summary>
internal static class GetForecast
{
    /// <summary>How far ahead it looks by default.</summary>
    internal const int DefaultHours = 24;

    private static readonly int _maxHours = (int)SendingForecast.Horizon.TotalHours;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/forecast", async (HttpContext context, SendingForecast forecast) =>
        {
            var query = new Query(context, "hours");
            var hours = query.Number("hours", DefaultHours, least: 1, most: _maxHours);
            query.Checked();
            return await RunAsync(forecast, await forecast.ReadAsync(context.RequestAborted), Caller.From(context), hours, context.RequestAborted);
        }).WithName("GetForecast").WithTags("Is e-mail working?");

    /// <summary>Counts what a reading says.</summary>
    internal static async Task<ForecastView> RunAsync(
        SendingForecast forecast, SendingForecast.Reading reading, Caller caller, int hours, CancellationToken cancellationToken)
    {
        var own = caller.ClientId is { } clientId ? await forecast.ReadOwnAsync(clientId, reading, cancellationToken) : null;
        return ForecastView.From(reading, own, hours);
    }
}
