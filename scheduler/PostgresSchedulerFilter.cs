using MassTransit;
using MassTransit.Configuration;
using MassTransit.Context;

namespace PostgresScheduler;

/// <summary>
/// Gives consumers and sagas the scheduler: <c>context.ScheduleSend</c>, scheduled redelivery, and saga schedules all
/// look for it in the consume context.
/// </summary>
internal sealed class PostgresSchedulerFilter(TimerWriter writer) : IFilter<ConsumeContext>, IPipeSpecification<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        // Through the consume context, so that conversation and initiator ids go on as with any message it sends.
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(
            context, consumed => new PostgresMessageScheduler(consumed, consumed.GetPayload<IBusTopology>(), writer)));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("postgresScheduler");

    public void Apply(IPipeBuilder<ConsumeContext> builder) => builder.AddFilter(this);

    public IEnumerable<ValidationResult> Validate() => [];
}
