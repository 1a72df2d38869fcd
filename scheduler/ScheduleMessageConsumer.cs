using MassTransit;
using MassTransit.Scheduling;
using Npgsql;
using PostgresScheduler.Recurring;

namespace PostgresScheduler;

/// <summary>
/// MassTransit's scheduling contracts, from applications that know nothing but this queue: where their scheduler was
/// MassTransit.Quartz, only the address changes. Acknowledged once the row is committed.
/// </summary>
internal sealed class ScheduleMessageConsumer(TimerWriter writer, RecurringSchedules recurring)
    : IConsumer<ScheduleMessage>, IConsumer<CancelScheduledMessage>, IConsumer<ScheduleRecurringMessage>,
        IConsumer<CancelScheduledRecurringMessage>, IConsumer<PauseScheduledRecurringMessage>, IConsumer<ResumeScheduledRecurringMessage>
{
    public Task Consume(ConsumeContext<ScheduleMessage> context) => WhereItIsOne(
        context, asked => writer.ScheduleAsync([ScheduledPayload.Unwrap(context, asked)], context.CancellationToken));

    public Task Consume(ConsumeContext<CancelScheduledMessage> context) => WhereItIsOne(
        context, asked => writer.CancelAsync([context.Message.TokenId], asked, context.CancellationToken));

    public Task Consume(ConsumeContext<ScheduleRecurringMessage> context) => WhereItIsOne(
        context, asked => recurring.ScheduleAsync(context, asked));

    public Task Consume(ConsumeContext<CancelScheduledRecurringMessage> context) => WhereItIsOne(
        context,
        asked => recurring.CancelAsync(context.Message.ScheduleGroup, context.Message.ScheduleId, asked, context.CancellationToken));

    public Task Consume(ConsumeContext<PauseScheduledRecurringMessage> context) => WhereItIsOne(
        context,
        asked => recurring.PauseAsync(context.Message.ScheduleGroup, context.Message.ScheduleId, asked, context.CancellationToken));

    public Task Consume(ConsumeContext<ResumeScheduledRecurringMessage> context) => WhereItIsOne(
        context,
        asked => recurring.ResumeAsync(context.Message.ScheduleGroup, context.Message.ScheduleId, asked, context.CancellationToken));

    private Task WhereItIsOne<T>(ConsumeContext<T> context, Func<DateTimeOffset?, Task> consume)
        where T : class =>
        ScheduledPayload.Is(context) ? consume(ScheduledPayload.AskedAt(context, writer.Now)) : Task.CompletedTask;
}

/// <summary>
/// While the database is away messages wait their turn, for ever; one that makes no sense, or that the database can't store, goes to the
/// queue's error queue with the reason, as MassTransit's consumers do it.
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
            retry.Handle<NpgsqlException>(exception => !exception.IsTheMessages());
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
        });
    }
}

/// <summary>The queue that serves MassTransit's scheduling contracts.</summary>
internal sealed record PostgresSchedulerEndpoint(string QueueName);
