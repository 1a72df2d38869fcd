using Mail.Contracts;
using MassTransit;
using PostgresScheduler;

namespace Mail.SenderService.Webhooks;

/// <summary>Takes the timer of a delivery that is tried again.</summary>
internal sealed class DeliverWebhookConsumer(RepeatedDelivery delivery) : IConsumer<DeliverWebhook>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<DeliverWebhook> context) =>
        delivery.RunAsync(context.Message.WebhookId, context.Message.EventId, context.CancellationToken);
}

/// <summary>
/// Opens the queue of those timers, where this sender can sign. It is not the queue of e-mails, and waits for nothing of theirs.
/// </summary>
internal sealed class WebhookIntake(IReceiveEndpointConnector connector, WebhookSecrets secrets, ILogger<WebhookIntake> logger)
    : BackgroundService
{
    // Each waits for an endpoint, 15 s at the most.
    private const int AtOnce = 64;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(OpenAsync, stoppingToken);

    private async Task OpenAsync(CancellationToken stoppingToken)
    {
        if (secrets.Keys.Count == 0)
            return;
        try
        {
            await connector.ConnectReceiveEndpoint(Addresses.DeliverWebhookQueue, Configure).Ready.WaitAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Deliveries that are due are found a minute later.
            logger.WebhookQueueNotOpened(exception);
        }
    }

    private static void Configure(IRegistrationContext context, IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = AtOnce;
        endpoint.ConcurrentMessageLimit = AtOnce;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.SetQuorumQueue();
        endpoint.RequeueWhatServersFailed();
        endpoint.ConfigureConsumer<DeliverWebhookConsumer>(context);
    }
}
