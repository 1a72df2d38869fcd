using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Mail.Hosting;

/// <summary>Healthy where the database answers.</summary>
internal sealed class PostgresHealth(NpgsqlDataSource dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL does not answer. {exception.Message}");
        }
    }
}
