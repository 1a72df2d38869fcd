using MassTransit;
using MassTransit.Scheduling;
using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// MassTransit's scheduling contracts, from applications that know nothing but this queue: where their scheduler was
/// MassTransit.Quartz, only the address changes. Acknowledged once the row is committed.
/// </summary>
internal sealed class ScheduleMessageConsumer(TimerWriter writer) : IConsumer<ScheduleMessage>, IConsumer<CancelScheduledMessage>
{
    public Task Consume(ConsumeContext<ScheduleMessage> context) =>
        writer.ScheduleAsync([MessageEnvelope.Unwrap(context)], context.CancellationToken);

    public Task Consume(ConsumeContext<CancelScheduledMessage> context) =>
        writer.CancelAsync([context.Message.TokenId], context.CancellationToken);
}

/// <summary>
/// While the database is away messages wait their turn, for ever; one that makes no sense goes to the queue's error queue
/// with the reason, as MassTransit's consumers do it.
/// </summary>
internal sealed class ScheduleMessageConsumerDefinition : ConsumerDefinition<ScheduleMessageConsumer>
{
    public ScheduleMessageConsumerDefinition(PostgresSchedulerEndpoint endpoint)
    {
        EndpointName = endpoint.QueueName;
        // Each takes a connection that the dispatchers could be waiting for.
        ConcurrentMessageLimit = 4;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ScheduleMessageConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        // A classic durable queue: that is what "queue:name", the address that applications configure, declares.
        endpointConfigurator.PrefetchCount = 64;
        endpointConfigurator.RequeueWhatServersFailed();
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>();
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
        });
    }
}

/// <summary>The queue that serves MassTransit's scheduling contracts.</summary>
internal sealed record PostgresSchedulerEndpoint(string QueueName);
