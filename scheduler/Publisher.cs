using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace PostgresScheduler;

/// <summary>Publishes claimed timers byte for byte, mandatory, and waits for the broker's confirms.</summary>
internal sealed class Publisher(Broker broker, PostgresSchedulerOptions options, TimeProvider time)
{
    internal async Task<IReadOnlyList<PublishedTimer>> PublishAsync(IReadOnlyList<ClaimedTimer> timers)
    {
        var (publications, channel) = await PublishTogetherAsync(timers);
        return ClosedForAMessage(channel) ? await OneByOneAsync(publications) : publications;
    }

    private async Task<(PublishedTimer[], IChannel)> PublishTogetherAsync(IReadOnlyList<ClaimedTimer> timers)
    {
        using var timeout = new CancellationTokenSource(options.ConfirmTimeout, time);
        var channel = await broker.OpenAsync(timeout.Token);
        var claimed = time.GetTimestamp();
        return (await Task.WhenAll(timers.Select(timer => PublishAsync(channel, timer, claimed, timeout.Token))), channel);
    }

    /// <summary>
    /// RabbitMQ closes the channel for what it can't stand in one message (too large, another's user id, an exchange just
    /// deleted), and every message that was on its way fails with it. One by one it is the culprit alone.
    /// </summary>
    private async Task<IReadOnlyList<PublishedTimer>> OneByOneAsync(PublishedTimer[] together)
    {
        var publications = new List<PublishedTimer>(together.Length);
        foreach (var publication in together)
        {
            if (publication.Result != PublishResult.Unconfirmed)
            {
                publications.Add(publication);
                continue;
            }

            var (alone, channel) = await PublishTogetherAsync([publication.Timer]);
            publications.Add(ClosedForAMessage(channel)
                ? alone[0] with { Result = PublishResult.Refused, Reason = channel.CloseReason!.ReplyText }
                : alone[0]);
        }

        return publications;
    }

    private async Task<PublishedTimer> PublishAsync(IChannel channel, ClaimedTimer timer, long claimed, CancellationToken cancellationToken)
    {
        try
        {
            var properties = MessageProperties.Parse(timer.Properties!);
            if (timer.Lateness > properties.NotLaterThan)
                return Answer(PublishResult.Missed);
            var exchange = await broker.ExchangeAsync(timer.Destination!, cancellationToken);
            using var span = SchedulerTracing.Publishing(timer, exchange, properties);
            // Without the mandatory flag RabbitMQ confirms what it has nowhere to put, and the message is gone.
            await channel.BasicPublishAsync(
                exchange, properties.RoutingKey ?? "", mandatory: true, properties.ToBasicProperties(timer.ContentType!, span), timer.Body,
                cancellationToken);
            return Answer(PublishResult.Confirmed);
        }
        catch (PublishReturnException returned)
        {
            return Answer(
                PublishResult.Refused,
                $"{returned.ReplyText}: nothing is bound to exchange "
                + $"'{returned.Exchange}'{(returned.RoutingKey.Length > 0 ? $" for routing key '{returned.RoutingKey}'" : "")}");
        }
        catch (Exception exception)
        {
            return Answer(
                IsTheBrokers(exception) ? PublishResult.Unconfirmed : PublishResult.Refused, exception.GetBaseException().Message);
        }

        PublishedTimer Answer(PublishResult fate, string? reason = null) =>
            new(timer, fate, timer.Lateness + time.GetElapsedTime(claimed), reason);
    }

    // A declaration that RabbitMQ refuses closes its own channel: that is the destination's fault.
    private static bool IsTheBrokers(Exception exception) => exception switch
    {
        AlreadyClosedException or PublishException or OperationCanceledException or TimeoutException or IOException
            or ObjectDisposedException => true,
        OperationInterruptedException { ShutdownReason: { } reason } => !IsAMessages(reason),
        RabbitMQClientException => true,
        _ => false,
    };

    private static bool ClosedForAMessage(IChannel channel) => channel.CloseReason is { } reason && IsAMessages(reason);

    // AMQP 0-9-1, 1.2 "Class and method id's", the soft errors: they close a channel and leave the connection.
    private static bool IsAMessages(ShutdownEventArgs reason) =>
        reason.Initiator == ShutdownInitiator.Peer
        && reason.ReplyCode is Constants.ContentTooLarge or Constants.AccessRefused or Constants.NotFound or Constants.ResourceLocked
            or Constants.PreconditionFailed;
}
