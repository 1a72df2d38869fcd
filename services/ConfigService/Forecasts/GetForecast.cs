using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Forecasts;

/// <summary><c>GET /forecast</c>: what will become of what is due in the next hours. A client sees its own e-mails.</summary>
internal sealed class GetForecast(SendingForecast forecast)
{
    private const int DefaultHours = 24;
    private static readonly int _maxHours = (int)SendingForecast.Horizon.TotalHours;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/forecast", async (HttpContext context, GetForecast forecast) =>
        {
            var query = new Query(context, "hours");
            var hours = query.Number("hours", DefaultHours, least: 1, most: _maxHours);
            query.Checked();
            return await forecast.RunAsync(Caller.Of(context), hours, context.RequestAborted);
        }).WithName("GetForecast").WithTags("Is e-mail working?");

    internal async Task<ForecastView> RunAsync(Caller caller, int hours, CancellationToken cancellationToken)
    {
        var reading = await forecast.ReadAsync(cancellationToken);
        var own = caller.ClientId is { } clientId ? await forecast.ReadOwnAsync(clientId, reading, cancellationToken) : null;
        return ForecastView.Of(reading, own, hours);
    }

    /// <summary>The next day.</summary>
    internal Task<ForecastView> RunAsync(Caller caller, CancellationToken cancellationToken) => RunAsync(caller, DefaultHours, cancellationToken);
}
