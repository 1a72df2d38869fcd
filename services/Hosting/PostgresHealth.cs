using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Mail.Hosting;

/// <summary>Healthy where the database answers and can be written to.</summary>
internal sealed class PostgresHealth(NpgsqlDataSource dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // On for a standby, and where a platform has stopped writes to a disk that is full.
            await using var command = dataSource.CreateCommand("select current_setting('transaction_read_only')::boolean");
            return await command.ExecuteScalarAsync(cancellationToken) is true
                ? HealthCheckResult.Unhealthy("PostgreSQL is read-only: it is a standby, or its disk is full.")
                : HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL does not answer. {exception.Message}");
        }
    }
}
