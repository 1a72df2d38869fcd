using Mail.Contracts;
using Mail.Hosting;
using MassTransit;

namespace Mail.SchedulerService;

/// <summary>
/// Declares the senders' queues whenever this service (re)connects: wake-ups must have somewhere to wait while no sender
/// is configured, and after a broker came back empty.
/// </summary>
internal sealed class SendEmailTopology(IConfiguration configuration, ILogger<SendEmailTopology> logger) : IReceiveEndpointObserver
{
    public async Task Ready(ReceiveEndpointReady ready)
    {
        // Apart, since a broker's user of before may not declare the second.
        await DeclareAsync(Addresses.SendEmailQueue);
        await DeclareAsync(Addresses.DeliverWebhookQueue);
    }

    private async Task DeclareAsync(string queue)
    {
        try
        {
            var topology = Bus.Factory.CreateUsingRabbitMq(rabbit =>
            {
                rabbit.HostFrom(configuration);
                rabbit.DeployTopologyOnly = true;
                rabbit.ReceiveEndpoint(queue, endpoint => endpoint.SetQuorumQueue());
            });
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await topology.DeployAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            // The dispatcher tries again what finds no queue, and the next reconnect declares it.
            logger.TopologyFailed(exception);
        }
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}
