using Npgsql;

namespace Mail.Hosting;

/// <summary>Pools beside the one that all share.</summary>
public static class DatabasePools
{
    /// <summary>A pool of its own to the same database, for work that must not wait for the rest, or keep it waiting.</summary>
    /// <param name="configuration">The service's settings.</param>
    /// <param name="instance">The service's name.</param>
    /// <param name="maxConnections">The most connections.</param>
    public static NpgsqlDataSource Own(IConfiguration configuration, Instance instance, int maxConnections) =>
        Postgres.DataSource(configuration, instance, maxConnections);

    /// <summary>Has the statements of such a pool planned anew as tables grow, as those of the shared one are.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="pool">Finds the pool.</param>
    public static void RenewPlans(this IServiceCollection services, Func<IServiceProvider, NpgsqlDataSource> pool) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<PlanRenewal>(provider, pool(provider)));
}
