using MassTransit;

namespace Mail.SchedulerService;

internal static class EndlessRetryExtensions
{
    /// <summary>
    /// A quorum queue, retried for ever with growing pauses: a message that can't be handled now (the database is away) must not end in
    /// an error queue that nobody reads. Retries end when the service stops.
    /// </summary>
    internal static void UseEndlessRetry(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.RequeueWhatServersFailed();
        endpoint.UseMessageRetry(retry =>
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500)));
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            rabbit.SetQuorumQueue();
    }
}
