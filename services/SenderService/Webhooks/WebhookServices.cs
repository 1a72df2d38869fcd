using System.Net;
using Mail.Hosting;
using Mail.Hosting.Egress;
using Mail.Hosting.Sealing;
using Mail.Store;
using MassTransit;

namespace Mail.SenderService.Webhooks;

internal static class WebhookServices
{
    /// <summary>Adds the delivery of events to webhooks.</summary>
    internal static void AddWebhooks(this WebApplicationBuilder builder)
    {
        var policy = EgressPolicy.From(builder.Configuration);
        builder.Services.AddSingleton(new WebhookSecrets(SecretsKeys.Private(builder.Configuration, builder.Environment)));
        builder.Services.AddSingleton(services => new WebhookDatabase(
            DatabasePools.Own(builder.Configuration, services.GetRequiredService<Instance>(), WebhookDatabase.MaxConnections)));
        builder.Services.RenewPlans(services => services.GetRequiredService<WebhookDatabase>().DataSource);
        builder.Services.AddSingleton(services => new WebhookClient(
            new EgressHandler(policy, Dns.GetHostAddressesAsync).Create(), services.GetRequiredService<TimeProvider>(),
            WebhookClient.Longest));
        builder.Services.AddSingleton<WebhookLanes>();
        builder.Services.AddSingleton<WebhookDeliveries>();
        builder.Services.AddSingleton<WebhookWalk>();
        builder.Services.AddSingleton<RepeatedDelivery>();
        builder.Services.AddHostedService<WebhookPump>();
        builder.Services.AddHostedService<WebhookIntake>();
    }

    /// <summary>Registers the consumer without an endpoint: <see cref="WebhookIntake"/> opens that.</summary>
    internal static void AddDeliverWebhookConsumer(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<DeliverWebhookConsumer>().ExcludeFromConfigureEndpoints();
}
