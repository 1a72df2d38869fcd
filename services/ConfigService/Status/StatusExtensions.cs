namespace Mail.ConfigService.Status;

internal static class StatusExtensions
{
    internal static void AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<SendTestEmail>();
        services.AddSingleton<GetOverview>();
        services.AddSingleton<GetClient>();
    }

    internal static void MapStatus(this RouteGroupBuilder api)
    {
        GetEmailStatus.Map(api);
        GetTestConfig.Map(api);
        SendTestEmail.Map(api);
    }
}
