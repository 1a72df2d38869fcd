namespace Mail.ConfigService.Page;

/// <summary>The page for people, at <c>/</c>: a second front of the use cases that the REST API has.</summary>
internal static class PageExtensions
{
    internal static void AddPage(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<Html>();
        services.AddSingleton<EmailPage>();
        services.AddSingleton<ClientPage>();
        services.AddSingleton<BulkPages>();
        services.AddSingleton<MessagePages>();
        services.AddSingleton<TemplatePages>();
        services.AddSingleton<EventPages>();
    }

    internal static void MapPage(this WebApplication app)
    {
        app.UseMissingPage();
        PageAssets.Map(app);
        var anyone = app.MapGroup("").AddEndpointFilter<PageFilter>().ExcludeFromDescription();
        SignInPages.Map(anyone);
        var page = app.MapGroup("").AddEndpointFilter<PageFilter>().AddEndpointFilter<SessionFilter>().ExcludeFromDescription();
        SignInPages.MapSignOut(page);
        OverviewPage.Map(page);
        EmailsPage.Map(page);
        EmailPage.Map(page);
        BulkPages.Map(page);
        MessagePages.Map(page);
        EmailsFile.Map(page);
        ClientsPage.Map(page);
        ClientPage.Map(page);
        ConfigPage.Map(page);
        SeriesPage.Map(page);
        TemplatePages.Map(page);
        EventPages.Map(page);
        CheckPage.Map(page);
    }
}
