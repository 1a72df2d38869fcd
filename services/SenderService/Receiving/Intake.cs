using Mail.Contracts;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using MassTransit;
using PostgresScheduler;

namespace Mail.SenderService.Receiving;

/// <summary>
/// Opens the queue while this sender can send and closes it while it can't, so that wake-ups wait where every other
/// sender can take them.
/// </summary>
internal sealed class Intake(
    IReceiveEndpointConnector connector, SenderStatus status, SmtpConnections connections, SenderWarmUp warmUp, SmtpOptions smtp,
    TimeProvider time, ILogger<Intake> logger)
    : BackgroundService
{
    // A few times the connections keeps them busy; more would hoard what other senders could send. A wake-up may be for several.
    private const int PrefetchPerConnection = 2;

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        try
        {
            await status.WaitForAsync(takesMail: true, stoppingToken);
            await warmUp.RunAsync(stoppingToken);
            _ = warmUp.AgainAsync(stoppingToken);
            while (true)
            {
                await ReopenAsync(stoppingToken);
                await status.WaitForAsync(takesMail: true, stoppingToken);
                var queue = connector.ConnectReceiveEndpoint(Addresses.SendEmailQueue, Configure);
                await queue.Ready.WaitAsync(stoppingToken);
                logger.QueueOpened();
                await EndIdleProbeAsync(stoppingToken);
                await status.WaitForAsync(takesMail: false, stoppingToken);
                await queue.StopAsync(stoppingToken);
                logger.QueueClosed();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: the bus closes the queue.
        }
    }

    /// <summary>
    /// Asks the server, with growing pauses, whether it would have us again; no e-mail is risked for it. Where an e-mail was what it
    /// refused, only an e-mail shows.
    /// </summary>
    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        while (status.Current is { TakesMail: false, Blocked: { } blocked })
        {
            await Task.Delay(blocked.Pause, time, cancellationToken);
            var probe = await connections.ProbeAsync(cancellationToken);
            if (Outcome.Classify(probe, smtp) is Outcome.SenderBlocked still)
                status.StayBlocked(still);
            else if (blocked.Stage >= SmtpStage.MailFrom)
                status.Probe();
            else
                status.Unblock();
        }
    }

    // With no e-mail to try it with, nothing shows that the trouble goes on.
    private async Task EndIdleProbeAsync(CancellationToken cancellationToken)
    {
        while (status is { Current.IsProbing: true, Changed: var changed })
        {
            if (await Task.WhenAny(changed, Task.Delay(_idle, time, cancellationToken)) != changed && !status.IsProbeOut)
                status.Unblock();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void Configure(IRegistrationContext context, IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = smtp.MaxConnections * PrefetchPerConnection;
        endpoint.ConcurrentMessageLimit = smtp.MaxConnections * PrefetchPerConnection;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.SetQuorumQueue();
        // Given back where the service stops before it could see to them.
        endpoint.RequeueWhatServersFailed();
        endpoint.ConfigureConsumer<SendEmailConsumer>(context);
    }
}

internal static class SendEmailConsumerRegistration
{
    /// <summary>Registers the consumer without an endpoint: <see cref="Intake"/> opens and closes that.</summary>
    internal static void AddSendEmailConsumer(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<SendEmailConsumer>().ExcludeFromConfigureEndpoints();
}
