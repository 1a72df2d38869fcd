using System.Collections.Concurrent;
using MassTransit;

namespace Mail.Tests.Servers.Scheduler.Conformance;

/// <summary>A job that fails the first time.</summary>
public sealed record Brew(Guid PotId);

public sealed class BrewConsumer : IJobConsumer<Brew>
{
    private static readonly ConcurrentDictionary<Guid, int> _tries = new();

    public Task Run(JobContext<Brew> context) => _tries.AddOrUpdate(context.Job.PotId, 1, (_, tries) => tries + 1) == 1
        ? throw new InvalidOperationException("too cold")
        : Task.CompletedTask;
}

/// <summary>Tries a job again a moment later, which MassTransit's job sagas schedule.</summary>
public sealed class BrewConsumerDefinition : ConsumerDefinition<BrewConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<BrewConsumer> consumerConfigurator,
        IRegistrationContext context) =>
        consumerConfigurator.Options<JobOptions<Brew>>(options => options.SetRetry(retry => retry.Interval(2, 300)));
}
