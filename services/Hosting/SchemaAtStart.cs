using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.Hosting;

/// <summary>
/// Brings the schema up to date before anything else starts. A database that is not there yet is waited for: services
/// and servers start in any order.
/// </summary>
internal sealed class SchemaAtStart(NpgsqlDataSource dataSource, StoreSchema schema, TimeProvider time, ILogger<SchemaAtStart> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Stopping.RunAsync(ApplyAsync, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await PoolerCheck.RunAsync(dataSource, cancellationToken);
                await schema.ApplyAsync(cancellationToken);
                return;
            }
            catch (PostgresException exception) when (WrongSetting(exception) is { } wrong)
            {
                throw new SettingException(wrong, exception);
            }
            catch (NpgsqlException exception) when (exception is not PostgresException { IsTransient: false, SqlState: not PostgresErrorCodes.ReadOnlySqlTransaction })
            {
                logger.WaitingForDatabase(exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    // It would be the same at the next try. What PostgreSQL says has neither the password nor a part of it.
    private static string? WrongSetting(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "ConnectionStrings__Postgres, or POSTGRES_USER and POSTGRES_PASSWORD beside it, is not what the database knows: "
            + $"{exception.MessageText}.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"ConnectionStrings__Postgres names a database that is not there: {exception.MessageText}.",
        _ => null,
    };
}
