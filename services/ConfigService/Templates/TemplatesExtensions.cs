namespace Mail.ConfigService.Templates;

internal static class TemplatesExtensions
{
    internal static void AddTemplates(this IServiceCollection services)
    {
        services.AddSingleton<SaveTemplate>();
        services.AddSingleton<ApplyTemplate>();
    }

    internal static void MapTemplates(this RouteGroupBuilder api)
    {
        SaveTemplate.Map(api);
        ListTemplates.Map(api);
        GetTemplate.Map(api);
        ListTemplateVersions.Map(api);
        DeleteTemplate.Map(api);
        PreviewTemplate.Map(api);
        ApplyTemplate.Map(api);
    }
}
