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
}
