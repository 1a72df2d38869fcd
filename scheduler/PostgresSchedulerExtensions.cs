using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PostgresScheduler;
using PostgresScheduler.Recurring;

namespace MassTransit;

/// <summary>Registers the message scheduler on PostgreSQL.</summary>
public static class PostgresSchedulerExtensions
{
    /// <summary>
    /// Adds the timer table alone: for a process that commits messages (<see cref="MessageEnvelope"/>,
    /// <see cref="TimerTable.ScheduleAsync"/>) in its own transactions and has no bus. Needs an <see cref="NpgsqlDataSource"/>.
    /// </summary>
    public static IServiceCollection AddTimerTable(this IServiceCollection services, Action<PostgresSchedulerOptions>? configure = null)
    {
        var options = new PostgresSchedulerOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton<TimerTable>();
        services.TryAddSingleton<TimerSchema>();
        return services;
    }

    /// <summary>
    /// Adds <see cref="IMessageScheduler"/> and the dispatcher that publishes what is due. Needs an
    /// <see cref="NpgsqlDataSource"/> and a bus on RabbitMQ; creates its schema at start-up.
    /// </summary>
    public static IBusRegistrationConfigurator AddPostgresMessageScheduler(
        this IBusRegistrationConfigurator configurator, Action<PostgresSchedulerOptions>? configure = null)
    {
        configurator.AddTimerTable(configure);
        configurator.TryAddSingleton(provider => new TimerWriter(
            provider.GetRequiredService<TimerTable>(), provider.GetRequiredService<TimerSchema>(),
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>()));
        configurator.TryAddSingleton(provider => new PostgresMessageScheduler(
            provider.GetRequiredService<IBus>(), provider.GetRequiredService<IBus>().Topology, provider.GetRequiredService<TimerWriter>()));
        configurator.TryAddSingleton<IMessageScheduler>(provider => provider.GetRequiredService<PostgresMessageScheduler>());
        configurator.TryAddSingleton<DeadLetters>();
        configurator.TryAddSingleton<TimerClaims>();
        configurator.TryAddSingleton<RecurringTable>();
        configurator.TryAddSingleton<RecurringClaims>();
        configurator.TryAddSingleton<RecurringSchedules>();
        configurator.TryAddSingleton<SchedulerMetrics>();
        configurator.TryAddSingleton<DueSignal>();
        configurator.TryAddSingleton<Func<Dispatcher>>(provider => () =>
        {
            var broker = ActivatorUtilities.CreateInstance<Broker>(provider);
            return ActivatorUtilities.CreateInstance<Dispatcher>(
                provider, broker, ActivatorUtilities.CreateInstance<Publisher>(provider, broker));
        });
        configurator.AddHostedService<TimerSchemaAtStart>();
        configurator.AddHostedService<DispatcherLoop>();
        configurator.AddHostedService<RecurringLoop>();
        configurator.AddHostedService<CountsLoop>();
        return configurator;
    }

    /// <summary>
    /// Serves MassTransit's <see cref="Scheduling.ScheduleMessage"/>, <see cref="Scheduling.ScheduleRecurringMessage"/> and what cancels,
    /// pauses and resumes them on a queue, for applications that schedule through a message:
    /// <c>AddMessageScheduler(new Uri("queue:scheduler"))</c>.
    /// </summary>
    public static IBusRegistrationConfigurator AddPostgresSchedulerEndpoint(
        this IBusRegistrationConfigurator configurator, string queueName = "scheduler")
    {
        configurator.TryAddSingleton(new PostgresSchedulerEndpoint(queueName));
        configurator.AddConsumer<ScheduleMessageConsumer, ScheduleMessageConsumerDefinition>();
        return configurator;
    }

    /// <summary>
    /// Gives consumers and sagas the scheduler: <c>context.ScheduleSend</c>, <c>UseScheduledRedelivery</c> and saga
    /// schedules. Called where the bus is configured, beside <c>ConfigureEndpoints</c>.
    /// </summary>
    public static void UsePostgresMessageScheduler(this IBusFactoryConfigurator configurator, IBusRegistrationContext context) =>
        configurator.AddPrePipeSpecification(new PostgresSchedulerFilter(context.GetRequiredService<TimerWriter>()));
}
