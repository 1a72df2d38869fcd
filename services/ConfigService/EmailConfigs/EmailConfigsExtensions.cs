namespace Mail.ConfigService.EmailConfigs;

internal static class EmailConfigsExtensions
{
    internal static void AddEmailConfigs(this IServiceCollection services)
    {
        services.AddSingleton<SaveEmailConfig>();
        services.AddSingleton<DeleteEmailConfig>();
    }

    internal static void MapEmailConfigs(this RouteGroupBuilder api)
    {
        SaveEmailConfig.Map(api);
        GetEmailConfig.Map(api);
        DeleteEmailConfig.Map(api);
        ListRevisions.Map(api);
    }
}
