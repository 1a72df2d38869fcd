using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary><c>GET /forecast</c>: what will become of what is due in the next hours. A client sees its own e-mails.</summary>
internal sealed class GetForecast(SendingForecast forecast, Unit unit)
{
    private const int DefaultHours = 24;
    private const int MaxHours = 7 * 24;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/forecast", async (HttpContext context, GetForecast forecast) =>
        {
            var query = new Query(context, "hours");
            var hours = query.Number("hours", DefaultHours, least: 1, most: MaxHours);
            query.Checked();
            return await forecast.RunAsync(Caller.Of(context), hours, context.RequestAborted);
        }).WithName("GetForecast").WithTags("Is e-mail working?");

    internal async Task<ForecastView> RunAsync(Caller caller, int hours, CancellationToken cancellationToken)
    {
        var ahead = TimeSpan.FromHours(hours);
        var reading = ahead > SendingForecast.Horizon ? await forecast.ReadAsync(ahead, cancellationToken) : await forecast.ReadAsync(cancellationToken);
        var own = caller.ClientId is not { } clientId
            ? null
            : await unit.ConnectAsync(
                connection => PendingQueue.ReadAsync(
                    connection, clientId, reading.Seen.Now + ahead, [.. reading.Seen.Holds.Where(hold => hold.Id == Hold.Everything || hold.Id == clientId)], cancellationToken),
                cancellationToken);
        return ForecastView.Of(reading, own, hours);
    }

    /// <summary>The next day.</summary>
    internal Task<ForecastView> RunAsync(Caller caller, CancellationToken cancellationToken) => RunAsync(caller, DefaultHours, cancellationToken);
}
