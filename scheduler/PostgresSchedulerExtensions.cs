using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PostgresScheduler;

namespace MassTransit;

/// <summary>Registers the message scheduler on PostgreSQL.</summary>
public static class PostgresSchedulerExtensions
{
    /// <summary>
    /// Adds the timer table alone: for a process that commits messages (<see cref="Envelope"/>,
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
    /// <see cref="NpgsqlDataSource"/>; creates its schema at start-up.
    /// </summary>
    public static IBusRegistrationConfigurator AddPostgresMessageScheduler(this IBusRegistrationConfigurator configurator, Action<PostgresSchedulerOptions>? configure = null)
    {
        configurator.AddTimerTable(configure);
        configurator.TryAddSingleton<PostgresMessageScheduler>();
        configurator.TryAddSingleton<IMessageScheduler>(provider => provider.GetRequiredService<PostgresMessageScheduler>());
        configurator.TryAddSingleton<DueSignal>();
        configurator.TryAddSingleton(provider => new Publisher(provider.GetRequiredService<IBus>(), provider.GetRequiredService<PostgresSchedulerOptions>()));
        configurator.TryAddSingleton<Dispatcher>();
        configurator.AddHostedService<DispatcherLoop>();
        return configurator;
    }
}
