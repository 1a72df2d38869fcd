namespace Mail.ConfigService.Events;

internal static class EventsExtensions
{
    internal static void AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventSignal>();
        services.AddSingleton<ListEvents>();
    }

    internal static void MapEvents(this RouteGroupBuilder api) => ListEvents.Map(api);
}
