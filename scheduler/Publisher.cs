using System.Net.Mime;
using MassTransit;
using MassTransit.Context;
using MassTransit.RabbitMqTransport;
using MassTransit.Serialization;

namespace PostgresScheduler;

/// <summary>Publishes claimed timers through the bus, byte for byte, and waits for the broker's confirms.</summary>
internal sealed class Publisher(ISendEndpointProvider bus, PostgresSchedulerOptions options)
{
    /// <summary>What became of one publication.</summary>
    internal enum Fate
    {
        /// <summary>The broker has it.</summary>
        Confirmed,

        /// <summary>Not this message's fault: no connection, no confirm in time.</summary>
        Unconfirmed,

        /// <summary>This message can't be delivered as it is: no route, or an address that makes no sense.</summary>
        Refused,
    }

    internal async Task<(ClaimedTimer Timer, Fate Fate, string? Reason)[]> PublishAsync(IReadOnlyList<ClaimedTimer> timers, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConfirmTimeout);
        // The client's own limiter begins to sleep when half of its 128 permits are out; staying below it never waits.
        using var inFlight = new SemaphoreSlim(options.InFlight);
        return await Task.WhenAll(timers.Select(async timer =>
        {
            var entered = false;
            try
            {
                await inFlight.WaitAsync(timeout.Token);
                entered = true;
                await PublishAsync(timer, timeout.Token);
                return (timer, Fate.Confirmed, (string?)null);
            }
            catch (Exception exception)
            {
                return (timer, FateOf(exception), exception.GetBaseException().Message);
            }
            finally
            {
                if (entered)
                    inFlight.Release();
            }
        }));
    }

    private async Task PublishAsync(ClaimedTimer timer, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri(timer.Destination));
        await endpoint.Send(new SerializedMessageBody(), new ForwardPipe(timer), cancellationToken);
    }

    private static Fate FateOf(Exception exception) => exception switch
    {
        MessageReturnedException or UriFormatException or ArgumentException or FormatException or NotSupportedException => Fate.Refused,
        _ => Fate.Unconfirmed,
    };

    private sealed class ForwardPipe(ClaimedTimer timer) : IPipe<SendContext<SerializedMessageBody>>
    {
        public Task Send(SendContext<SerializedMessageBody> context)
        {
            MessageProperties.Parse(timer.Properties).CopyTo(context);
            context.Serializer = new CopyBodySerializer(new ContentType(timer.ContentType), new BytesMessageBody(timer.Body));
            // Without the mandatory flag RabbitMQ confirms what it has nowhere to put, and the message is gone.
            if (context is TransportSendContext transport)
                transport.Mandatory = true;
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateScope("postgresScheduler");
    }
}
