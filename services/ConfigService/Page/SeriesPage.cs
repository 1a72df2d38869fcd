using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Series;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary><c>/clients/{client_id}/series/{key}</c>: when a series occurs, and what comes next.</summary>
internal static class SeriesPage
{
    internal static void Map(IEndpointRouteBuilder page) => page.MapGet(
        "/clients/{client_id}/series/{key}",
        async (string key, HttpContext context, UnitOfWork unit, TimeZones zones, Html html) => await html.PageAsync<OneSeriesView>(
            StatusCodes.Status200OK, ("Viewer", Viewer.From(context)), ("ClientId", ClientPage.ClientId(context)),
            ("Series", await GetSeries.RunAsync(
                ClientPage.ClientId(context), GetSeries.KeyOf(key), unit, zones, context.RequestAborted))));

    /// <summary>Where the page of a series is.</summary>
    internal static string PathOf(string clientId, string key) => $"/clients/{clientId}/series/{Uri.EscapeDataString(key)}";
}
