using Mail.Hosting.Egress;
using Mail.Hosting.Sealing;
using Mail.Store;

namespace Mail.ConfigService.Webhooks;

internal static class WebhooksExtensions
{
    internal static void AddWebhooks(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton(new WebhookUrl(EgressPolicy.From(configuration)));
        services.AddSingleton(new WebhookSecret(SecretsKeys.Public(configuration, environment)));
        services.AddSingleton<WebhookDeliveries>();
        services.AddSingleton<CreateWebhook>();
        services.AddSingleton<ChangeWebhook>();
        services.AddSingleton<RotateWebhookSecret>();
        services.AddSingleton<TestWebhook>();
        services.AddSingleton<ReplayWebhook>();
    }

    internal static void MapWebhooks(this RouteGroupBuilder api)
    {
        CreateWebhook.Map(api);
        ListWebhooks.Map(api);
        ChangeWebhook.Map(api);
        RotateWebhookSecret.Map(api);
        TestWebhook.Map(api);
        ReplayWebhook.Map(api);
        ListDeliveries.Map(api);
    }
}
